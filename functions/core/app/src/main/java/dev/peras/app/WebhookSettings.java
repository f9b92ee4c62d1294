package dev.peras.app;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment decides about webhooks.
 *
 * @param secretsKey what seals endpoints' secrets, as Base64; null where a function has no use for
 *     it
 * @param toLoopback whether endpoints may be on this machine: only the local runner's may
 * @param publicUrl where people reach the API, for links in messages; null for messages without
 */
public record WebhookSettings(
    @Nullable String secretsKey, boolean toLoopback, @Nullable URI publicUrl) {

  /** Without the key. */
  @Override
  public String toString() {
    return "WebhookSettings[toLoopback=%s, publicUrl=%s]".formatted(toLoopback, publicUrl);
  }
}
