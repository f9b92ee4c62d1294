package dev.peras.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.Standing;
import dev.peras.json.Json;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An alert as an event of PagerDuty's Events API v2. A customer's month is one incident, a session
 * is one of its own, and so is each test.
 */
final class PagerDutyEvent {
  private static final int MAX_SUMMARY = 1024;

  private PagerDutyEvent() {}

  static ObjectNode of(AlertReport report, String routingKey, @Nullable URI base) {
    Alert alert = report.alert();
    ObjectNode event = Json.object();
    event.put("routing_key", routingKey);
    event.put("event_action", action(alert));
    event.put("dedup_key", dedupKey(alert));
    event.set("payload", payload(report));
    String link = AlertText.link(base, alert);
    if (link != null) {
      ObjectNode open = Json.object().put("href", link).put("text", "Open in Peras");
      event.set("links", Json.array().add(open));
    }
    return event;
  }

  /** Good news never triggers; of what is over in part only, nothing is sent (see Endpoint). */
  private static String action(Alert alert) {
    if (alert.endsIncident()) {
      return "resolve";
    }
    return alert.isGoodNews() ? "acknowledge" : "trigger";
  }

  private static String dedupKey(Alert alert) {
    if (alert.type() == AlertType.WEBHOOK_TEST) {
      return "peras:test:" + alert.id();
    }
    return alert.sessionId() == null
        ? "peras:%s:%s".formatted(alert.customerId(), alert.period())
        : "peras:session:" + alert.sessionId();
  }

  private static ObjectNode payload(AlertReport report) {
    Alert alert = report.alert();
    String summary = AlertText.title(alert) + ": " + AlertText.spent(alert);
    ObjectNode payload = Json.object();
    payload.put("summary", AlertText.cut(summary, MAX_SUMMARY));
    payload.put("source", alert.customerId());
    payload.put("severity", severity(alert));
    payload.set("timestamp", Json.time(alert.at()));
    payload.put("component", "peras");
    payload.put("class", alert.type().wireName());
    payload.set("custom_details", StandardBody.data(report));
    return payload;
  }

  private static String severity(Alert alert) {
    if (alert.type() == AlertType.WEBHOOK_TEST) {
      return "info";
    }
    if (alert.sessionId() != null) {
      return alert.type() == AlertType.SESSION_BLOCKED ? "error" : "warning";
    }
    boolean stops = alert.state() == Standing.State.CAPPED || alert.type() == AlertType.BLOCKED;
    return stops ? "critical" : "warning";
  }
}
