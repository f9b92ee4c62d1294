/** Hands alerts to webhook endpoints, and posts them. */
@NullMarked
package dev.peras.deliverwebhooks;

import org.jspecify.annotations.NullMarked;
