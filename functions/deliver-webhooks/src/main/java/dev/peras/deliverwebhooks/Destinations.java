package dev.peras.deliverwebhooks;

import dev.peras.store.Endpoint;
import dev.peras.webhooks.Destination;
import dev.peras.webhooks.Format;
import dev.peras.webhooks.SecretBox;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens what an endpoint keeps sealed.
 *
 * @param link the public address of the API; null for messages without a link
 */
record Destinations(SecretBox box, @Nullable URI link) {
  /**
   * Where an endpoint's messages go, and the secrets that sign them now.
   *
   * @throws IllegalArgumentException when it was sealed with another key
   */
  Destination of(Endpoint endpoint, Instant now) {
    Endpoint.Address address = endpoint.address();
    Instant until = address.previousSecretUntil();
    boolean signsTwice = until != null && now.isBefore(until);
    List<String> secrets =
        address.sealedSecrets().stream()
            .limit(signsTwice ? 2 : 1)
            .map(sealed -> box.open(endpoint.id(), sealed))
            .toList();
    return new Destination(
        URI.create(box.open(endpoint.id(), address.sealedUrl())),
        Objects.requireNonNull(Format.find(address.format())),
        secrets,
        link);
  }
}
