/** Manages webhook endpoints and lists alerts. */
@NullMarked
package dev.peras.managewebhooks;

import org.jspecify.annotations.NullMarked;
