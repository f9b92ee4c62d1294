package dev.peras.managewebhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Json;
import dev.peras.store.AlertLog;
import dev.peras.store.Delivery;
import dev.peras.webhooks.StandardBody;
import java.time.Instant;
import java.util.Locale;

/** An alert as JSON, with the fields of its messages and the state of its deliveries. */
final class AlertView {
  private AlertView() {}

  static ObjectNode of(AlertLog.Entry entry) {
    ObjectNode json = Json.object();
    json.put("type", entry.report().alert().type().wireName());
    json.set("timestamp", Json.time(entry.report().alert().at()));
    json.setAll(StandardBody.data(entry.report()));
    if (!entry.isHandedOver()) {
      json.putNull("sequence");
    }
    json.set("deliveries", Json.array(entry.deliveries(), AlertView::delivery));
    return json;
  }

  private static ObjectNode delivery(Delivery delivery) {
    ObjectNode json = Json.object();
    json.put("webhook_id", delivery.endpointId());
    json.put("state", delivery.state().name().toLowerCase(Locale.ROOT));
    json.put("attempts", delivery.attempts());
    json.put("reason", delivery.schedule().reason());
    json.set("last_attempt_at", Json.time(delivery.past().lastAttemptAt()));
    json.put("last_status", delivery.lastStatus());
    json.put("last_error", delivery.lastError());
    json.set(
        "next_attempt_at",
        Json.time(delivery.dueAt() == 0 ? null : Instant.ofEpochSecond(delivery.dueAt())));
    json.set("sent_at", Json.time(delivery.past().sentAt()));
    return json;
  }
}
