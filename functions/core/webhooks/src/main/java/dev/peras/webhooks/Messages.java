package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.json.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns alerts into messages in their destination's format. */
public final class Messages {
  private Messages() {}

  /**
   * One alert. Its body is the same at every attempt.
   *
   * @param attemptAt when it is posted, which a standard message's signature covers
   * @throws IllegalArgumentException when a secret that signs is none
   */
  public static Message of(AlertReport report, Destination target, Instant attemptAt) {
    return switch (target.format()) {
      case STANDARD -> standard(report, target.secrets(), attemptAt);
      case SLACK -> json(SlackMessage.of(report, target.link()));
      case TEAMS -> json(TeamsMessage.of(report, target.link()));
      case PAGERDUTY -> json(PagerDutyEvent.of(report, target.secrets().getFirst(), target.link()));
    };
  }

  /**
   * Many alerts in one message, for people: Slack takes about one message a second.
   *
   * @throws IllegalArgumentException for no alerts, or a format that {@linkplain Format#digests()
   *     has no digests}
   */
  public static Message digest(List<AlertReport> reports, Destination target) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("a digest of no alerts");
    }
    return switch (target.format()) {
      case SLACK -> json(SlackMessage.digest(reports));
      case TEAMS -> json(TeamsMessage.digest(reports));
      case STANDARD, PAGERDUTY ->
          throw new IllegalArgumentException(
              "the format %s has no digests".formatted(target.format().wireName()));
    };
  }

  private static Message standard(AlertReport report, List<String> secrets, Instant attemptAt) {
    Message message = json(StandardBody.of(report));
    String id = report.alert().id();
    Map<String, String> headers = new HashMap<>(message.headers());
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(attemptAt.getEpochSecond()));
    headers.put("webhook-signature", Signature.of(secrets, id, attemptAt, message.body()));
    return new Message(message.body(), headers);
  }

  private static Message json(ObjectNode body) {
    return new Message(
        Json.write(body).getBytes(UTF_8), Map.of("Content-Type", "application/json"));
  }
}
