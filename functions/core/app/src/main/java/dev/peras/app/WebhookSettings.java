package dev.peras.app;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a deployment for webhooks.
 *
 * @param secretsKey the key that seals endpoints' secrets, as Base64; null where a function does
 *     not use it
 * @param toLoopback whether endpoints may be on this machine, as for the local runner only
 * @param publicUrl the public address of the API, for links in messages; null for messages without
 *     links
 */
public record WebhookSettings(
    @Nullable String secretsKey, boolean toLoopback, @Nullable URI publicUrl) {

  /** Without the key. */
  @Override
  public String toString() {
    return "WebhookSettings[toLoopback=%s, publicUrl=%s]".formatted(toLoopback, publicUrl);
  }
}
