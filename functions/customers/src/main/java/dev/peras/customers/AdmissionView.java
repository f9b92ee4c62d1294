package dev.peras.customers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Json;
import dev.peras.store.Admission;
import dev.peras.store.CustomerMonth;

/** Shows whether a customer can pay for a task; a refusal is named like that of a hold. */
final class AdmissionView {
  private AdmissionView() {}

  static ObjectNode of(Admission admission) {
    CustomerMonth month = admission.month();
    ObjectNode json = Json.object();
    json.put("allowed", admission.allowed());
    if (!admission.allowed()) {
      json.put("code", "customer_cap_reached");
      json.put("level", "customer");
    }
    json.put("customer_id", month.customerId());
    json.put("period", month.period().toString());
    json.set("amount", Json.money(admission.amount()));
    json.set("spent", Json.money(month.spent()));
    Json.putHeld(json, month.held());
    json.set("cap", Json.money(month.cap()));
    json.set("remaining", Json.money(month.remaining()));
    json.put("state", CustomerView.state(month.standing()));
    return json;
  }
}
