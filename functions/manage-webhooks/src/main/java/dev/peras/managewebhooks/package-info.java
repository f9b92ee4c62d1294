/** Webhook endpoints, and what has been alerted. */
@NullMarked
package dev.peras.managewebhooks;

import org.jspecify.annotations.NullMarked;
