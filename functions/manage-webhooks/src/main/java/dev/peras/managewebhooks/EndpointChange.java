package dev.peras.managewebhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.alerts.AlertType;
import dev.peras.json.Fields;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Rule;
import dev.peras.store.Endpoint;
import dev.peras.webhooks.Destination;
import dev.peras.webhooks.Format;
import dev.peras.webhooks.SecretBox;
import dev.peras.webhooks.UrlRule;
import dev.peras.webhooks.WebhookSecret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A requested change of a webhook endpoint.
 *
 * @param routingKey PagerDuty's; null to keep the present one
 */
record EndpointChange(
    URI url,
    Format format,
    Set<AlertType> events,
    @Nullable String customerId,
    boolean enabled,
    @Nullable String routingKey,
    Tools tools) {

  /** How long the secret before still signs after a rotation. */
  static final Duration OVERLAP = Duration.ofHours(24);

  private static final Set<AlertType> DEFAULT_EVENTS =
      EnumSet.of(
          AlertType.THRESHOLD_REACHED,
          AlertType.CAPPED,
          AlertType.RESOLVED,
          AlertType.BLOCKED,
          AlertType.BUDGET_EXCEEDED,
          AlertType.SESSION_THRESHOLD_REACHED,
          AlertType.SESSION_BLOCKED);

  /** A test goes to the tested endpoint only, so it can't be subscribed to. */
  private static final Set<AlertType> CHOICES =
      EnumSet.complementOf(EnumSet.of(AlertType.WEBHOOK_TEST));

  private static final Rule<Format> FORMAT =
      Rule.choice(EnumSet.allOf(Format.class), Format::wireName);
  private static final Rule<AlertType> EVENT = Rule.choice(CHOICES, AlertType::wireName);
  private static final Rule<String> URL_TEXT = Rule.text(1, 2048);
  private static final Rule<URI> URL =
      new Rule<>(
          "an absolute https URL of at most 2048 characters",
          Destination.PAGERDUTY_URL,
          EndpointChange::uri);
  private static final Rule<String> ROUTING_KEY = Rule.text(1, 128);

  /** What guards endpoints. */
  record Tools(SecretBox secrets, UrlRule urls) {}

  /**
   * The result of a change.
   *
   * @param secret a new one, to be shown this once; null where there is none
   */
  record Result(Endpoint endpoint, @Nullable String secret, boolean isNew) {}

  /** Reads a request's body, and looks up the URL's host if nothing else is wrong. */
  static EndpointChange read(Fields fields, Tools tools) {
    Format format = fields.get("format", FORMAT);
    boolean isPagerDuty = format == Format.PAGERDUTY;
    URI url =
        isPagerDuty ? fields.find("url", URL, Destination.PAGERDUTY_URL) : fields.get("url", URL);
    List<AlertType> events = fields.list("events", EVENT, CHOICES.size());
    if (events != null && events.isEmpty()) {
      fields.fault("events", "must name one at least, or be absent");
    }
    String customerId = fields.find("customer_id", Rule.ID);
    boolean enabled = fields.find("enabled", Rule.FLAG, true);
    String routingKey = fields.find("routing_key", ROUTING_KEY);
    if (routingKey != null && !isPagerDuty) {
      fields.fault("routing_key", "is only for the format pagerduty");
    }
    if (fields.isSound()) {
      String fault = tools.urls().check(url);
      if (fault != null) {
        fields.fault("url", "must " + fault);
      }
    }
    return new EndpointChange(url, format, types(events), customerId, enabled, routingKey, tools);
  }

  private static @Nullable URI uri(JsonNode node) {
    String text = URL_TEXT.read(node);
    try {
      return text == null ? null : new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static Set<AlertType> types(@Nullable List<AlertType> events) {
    return events == null || events.isEmpty() ? DEFAULT_EVENTS : EnumSet.copyOf(events);
  }

  /**
   * One that is replaced keeps its secret while it keeps its format, and starts without failures. A
   * secret sealed with another key is lost.
   */
  Result apply(String id, @Nullable Endpoint present, RandomGenerator random, Instant now) {
    SecretBox box = tools.secrets();
    Endpoint before =
        present != null
                && present.address().format().equals(format.wireName())
                && opens(present, box)
            ? present
            : null;
    List<String> secrets = before == null ? List.of() : before.address().sealedSecrets();
    String shown = null;
    if (format == Format.STANDARD && secrets.isEmpty()) {
      shown = WebhookSecret.create(random);
      secrets = List.of(box.seal(id, shown));
    } else if (routingKey != null) {
      secrets = List.of(box.seal(id, routingKey));
    } else if (format == Format.PAGERDUTY && secrets.isEmpty()) {
      throw InvalidRequest.because("routing_key", "is missing: PagerDuty asks for it");
    }
    Endpoint.Address address =
        new Endpoint.Address(
            format.wireName(),
            box.seal(id, url.toString()),
            secrets,
            before == null ? null : before.address().previousSecretUntil());
    Endpoint endpoint =
        Endpoint.registered(
            id,
            present == null ? now : present.createdAt(),
            address,
            new Endpoint.Subscription(events, customerId),
            enabled);
    return new Result(endpoint, shown, present == null);
  }

  private static boolean opens(Endpoint endpoint, SecretBox box) {
    try {
      endpoint.address().sealedSecrets().forEach(sealed -> box.open(endpoint.id(), sealed));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** With a new secret; the one before signs too for a while. */
  static Result rotated(Endpoint present, Tools tools, RandomGenerator random, Instant now) {
    if (!present.address().format().equals(Format.STANDARD.wireName())) {
      throw InvalidRequest.because(
          "webhook_id",
          "is of the format %s, which has no secret of ours".formatted(present.address().format()));
    }
    if (!opens(present, tools.secrets())) {
      throw InvalidRequest.because(
          "webhook_id",
          "was sealed with another %s: put it again".formatted(SecretBox.KEY_VARIABLE));
    }
    String secret = WebhookSecret.create(random);
    Endpoint.Address before = present.address();
    Endpoint endpoint =
        present.at(
            new Endpoint.Address(
                before.format(),
                before.sealedUrl(),
                List.of(
                    tools.secrets().seal(present.id(), secret), before.sealedSecrets().getFirst()),
                now.plus(OVERLAP)));
    return new Result(endpoint, secret, false);
  }
}
