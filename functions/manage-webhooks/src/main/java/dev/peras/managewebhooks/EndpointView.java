package dev.peras.managewebhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Json;
import dev.peras.store.Endpoint;
import dev.peras.webhooks.Format;
import dev.peras.webhooks.SecretBox;
import java.net.URI;
import java.util.EnumSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A webhook endpoint as JSON, without its secrets. */
final class EndpointView {
  private EndpointView() {}

  static ObjectNode of(Endpoint endpoint, SecretBox box) {
    ObjectNode json = Json.object();
    json.put("webhook_id", endpoint.id());
    json.put("url", url(endpoint, box));
    json.put("format", endpoint.address().format());
    json.set(
        "events",
        Json.array(
            EnumSet.copyOf(endpoint.subscription().events()), type -> Json.text(type.wireName())));
    json.put("customer_id", endpoint.subscription().customerId());
    json.put("enabled", endpoint.enabled());
    json.put("disabled_because", endpoint.disabledBecause());
    json.put("failures", endpoint.health().failures());
    json.set("paused_until", Json.time(endpoint.health().pausedUntil()));
    json.set("previous_secret_until", Json.time(endpoint.address().previousSecretUntil()));
    json.set("created_at", Json.time(endpoint.createdAt()));
    return json;
  }

  /**
   * Only the host is shown, since the URL of a hook is enough to post to it; null where it was
   * sealed with another key.
   */
  private static @Nullable String url(Endpoint endpoint, SecretBox box) {
    Format format = Objects.requireNonNull(Format.find(endpoint.address().format()));
    URI url;
    try {
      url = URI.create(box.open(endpoint.id(), endpoint.address().sealedUrl()));
    } catch (IllegalArgumentException e) {
      return null;
    }
    return format.digests() ? url.getScheme() + "://" + url.getRawAuthority() + "/..." : url + "";
  }
}
