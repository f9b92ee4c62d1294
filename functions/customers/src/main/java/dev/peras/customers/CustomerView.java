package dev.peras.customers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.json.Json;
import dev.peras.store.CustomerMonth;
import dev.peras.store.TopUp;
import java.util.Locale;

/** Shows a customer's limits and the state of its month. */
final class CustomerView {
  private CustomerView() {}

  /**
   * The customer as the API has it.
   *
   * @param isBlocked whether the cap in force has refused something in this month
   */
  static ObjectNode of(CustomerMonth customer, boolean isBlocked) {
    ObjectNode json = Json.object();
    json.put("customer_id", customer.customerId());
    json.set("limits", limits(customer.limits()));
    json.set("month", month(customer, isBlocked));
    return json;
  }

  static ObjectNode topUp(TopUp topUp) {
    ObjectNode json = Json.object();
    json.put("top_up_id", topUp.id());
    json.set("amount", Json.money(topUp.amount()));
    json.put("reason", topUp.reason());
    return json;
  }

  static String state(Standing standing) {
    return name(standing.state());
  }

  static String name(Standing.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode limits(Limits limits) {
    ObjectNode json = Json.object();
    json.set("monthly_cap", Json.money(limits.monthlyCap()));
    json.set("alert_thresholds", Json.array(limits.alertThresholds(), CustomerView::threshold));
    json.put("on_cap", limits.blocks() ? "block" : "alert");
    json.set("plan_price", Json.money(limits.planPrice()));
    json.put("time_zone", limits.timeZone().getId());
    json.put("idle_timeout_minutes", limits.idleTimeoutMinutes());
    return json;
  }

  /** As it is written in requests: an amount is a number, a percentage a string. */
  private static JsonNode threshold(AlertThreshold threshold) {
    return threshold.isPercentage()
        ? Json.text(threshold.label())
        : Json.money(new Usd(threshold.number()));
  }

  private static ObjectNode month(CustomerMonth customer, boolean isBlocked) {
    ObjectNode json = Json.object();
    json.put("period", customer.period().toString());
    json.set("spent", Json.money(customer.spent()));
    if (!customer.exact()) {
      json.set("spent_at_most", Json.money(customer.spentAtMost()));
    }
    json.put("exact", customer.exact());
    json.set("claimed", Json.money(customer.claimed()));
    Json.putHeld(json, customer.held());
    json.set("cap", Json.money(customer.cap()));
    json.set("remaining", Json.money(customer.remaining()));
    boolean isOk = customer.standing().state() == Standing.State.OK;
    json.put("state", isOk && isBlocked ? "alerting" : state(customer.standing()));
    json.put("open_sessions", customer.openSessions());
    json.put("blocked", isBlocked);
    json.set("projected", Json.money(customer.projected()));
    return json;
  }
}
