/** Webhook endpoints, and what has been alerted. */
@NullMarked
package dev.peras.webhooks;

import org.jspecify.annotations.NullMarked;
