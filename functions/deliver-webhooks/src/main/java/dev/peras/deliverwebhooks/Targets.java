package dev.peras.deliverwebhooks;

import dev.peras.delivery.Format;
import dev.peras.delivery.SecretBox;
import dev.peras.delivery.Target;
import dev.peras.store.Endpoint;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens what an endpoint keeps sealed.
 *
 * @param link where readers of a message reach the API; null for messages without a link
 */
record Targets(SecretBox box, @Nullable URI link) {
  /**
   * Where an endpoint's messages go, and what signs them now.
   *
   * @throws IllegalArgumentException when it was sealed with another key
   */
  Target of(Endpoint endpoint, Instant now) {
    Instant until = endpoint.previousSecretUntil();
    boolean signsTwice = until != null && now.isBefore(until);
    List<String> secrets =
        endpoint.sealedSecrets().stream()
            .limit(signsTwice ? 2 : 1)
            .map(sealed -> box.open(endpoint.id(), sealed))
            .toList();
    return new Target(
        URI.create(box.open(endpoint.id(), endpoint.sealedUrl())),
        Objects.requireNonNull(Format.find(endpoint.format())),
        secrets,
        link);
  }
}
