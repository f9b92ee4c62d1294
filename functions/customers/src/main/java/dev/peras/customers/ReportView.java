package dev.peras.customers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.ModelSum;
import dev.peras.json.Json;
import dev.peras.json.SessionView;
import dev.peras.store.Report;
import org.jspecify.annotations.Nullable;

/** Shows the report of a customer's month. */
final class ReportView {
  private ReportView() {}

  static ObjectNode of(Report report) {
    Usd planPrice = report.limits().planPrice();
    ObjectNode json = Json.object();
    json.put("customer_id", report.customerId());
    json.put("period", report.period().toString());
    json.set("total_cost", Json.money(report.totals().cost()));
    json.put("sessions", report.totals().sessions());
    SessionView.putTokens(json.putObject("tokens"), report.totals().tokens());
    ObjectNode byModel = json.putObject("by_model");
    report.byModel().forEach((model, sum) -> byModel.set(model, model(sum)));
    // No task is named "", so it can stand for sessions without a task.
    ObjectNode byTask = json.putObject("by_task");
    report.byTask().forEach((task, cost) -> byTask.set(task, Json.money(cost)));
    json.set("warnings", warnings(report));
    json.put(
        "calls_without_usage", report.warnings().getOrDefault(WarningType.CALL_WITHOUT_USAGE, 0L));
    json.set("top_sessions", Json.array(report.topSessions(), ReportView::session));
    json.set("plan_price", Json.money(planPrice));
    json.set("margin", Json.money(margin(planPrice, report.totals().cost())));
    return json;
  }

  private static ObjectNode model(ModelSum sum) {
    ObjectNode json = Json.object();
    json.put("steps", sum.steps());
    json.set("cost", Json.money(sum.cost()));
    SessionView.putTokens(json, sum.tokens());
    return json;
  }

  /** All types, so that readers need not handle missing ones. */
  private static ObjectNode warnings(Report report) {
    ObjectNode json = Json.object();
    for (WarningType type : WarningType.values()) {
      json.put(type.wireName(), report.warnings().getOrDefault(type, 0L));
    }
    return json;
  }

  private static ObjectNode session(Report.TopSession session) {
    ObjectNode json = Json.object();
    json.put("session_id", session.sessionId());
    json.put("task", session.task().isEmpty() ? null : session.task());
    json.set("cost", Json.money(session.cost()));
    return json;
  }

  private static @Nullable Usd margin(@Nullable Usd planPrice, Usd cost) {
    return planPrice == null ? null : planPrice.minus(cost);
  }
}
