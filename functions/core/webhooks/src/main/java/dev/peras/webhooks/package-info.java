/**
 * Outgoing alerts: the message for each kind of receiver, its signature, and a sender that reaches
 * public addresses only.
 *
 * <p>{@link dev.peras.webhooks.Messages} turns an alert and a {@link dev.peras.webhooks.Target}
 * into a {@link dev.peras.webhooks.Message}, {@link dev.peras.webhooks.Sender} posts it once, and
 * {@link dev.peras.webhooks.Backoff} says when to try again. Nothing here is stored.
 */
@NullMarked
package dev.peras.webhooks;

import org.jspecify.annotations.NullMarked;
