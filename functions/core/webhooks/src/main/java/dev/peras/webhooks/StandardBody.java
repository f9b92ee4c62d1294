package dev.peras.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An alert for programs. A type always has the same fields; one without a value is null. */
public final class StandardBody {
  private StandardBody() {}

  static ObjectNode of(AlertReport report) {
    Alert alert = report.alert();
    ObjectNode body = Json.object();
    body.put("type", alert.type().wireName());
    body.set("timestamp", Json.time(alert.at()));
    body.set("data", data(report));
    return body;
  }

  /** What it says, without its type and time. */
  public static ObjectNode data(AlertReport report) {
    Alert alert = report.alert();
    ObjectNode data = Json.object();
    data.put("alert_id", alert.id());
    data.put("sequence", report.sequence());
    data.put("customer_id", alert.customerId());
    data.put("period", alert.period().toString());
    data.put("state", alert.state().name().toLowerCase(Locale.ROOT));
    data.set("thresholds", Json.array(alert.thresholds(), Json::text));
    data.set("percentage", number(alert.percentage()));
    data.set("spent", Json.money(alert.spent()));
    data.set("cap", Json.money(alert.cap()));
    data.set("remaining", Json.money(alert.remaining()));
    data.set("projected", Json.money(report.projected()));
    data.set("top_models", costs("model", report.topModels()));
    data.set("top_sessions", costs("session_id", report.topSessions()));
    if (AlertText.isAboutSession(alert.type())) {
      data.set("session_id", Json.text(alert.sessionId()));
    }
    if (alert.type() == AlertType.SESSION_WARNING) {
      data.set("message", Json.text(alert.message()));
    }
    return data;
  }

  private static JsonNode costs(String key, List<AlertReport.Cost> costs) {
    return Json.array(
        costs,
        cost -> {
          ObjectNode entry = Json.object();
          entry.put(key, cost.name());
          entry.set("cost", Json.money(cost.cost()));
          return entry;
        });
  }

  private static JsonNode number(@Nullable BigDecimal value) {
    return value == null ? Json.text(null) : Json.object().numberNode(value.stripTrailingZeros());
  }
}
