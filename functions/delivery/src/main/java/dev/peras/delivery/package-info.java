/**
 * Alerts on their way out: what each receiver's tool is told, how it is signed, and a sender that
 * reaches public addresses alone.
 *
 * <p>{@link dev.peras.delivery.Messages} turns an alert and a {@link dev.peras.delivery.Target}
 * into a {@link dev.peras.delivery.Message}, {@link dev.peras.delivery.Sender} posts it once, and
 * {@link dev.peras.delivery.Backoff} says when to try again. Nothing here is stored.
 */
@NullMarked
package dev.peras.delivery;

import org.jspecify.annotations.NullMarked;
