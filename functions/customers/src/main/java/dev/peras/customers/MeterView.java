package dev.peras.customers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Figures;
import dev.peras.json.Json;

/** Shows a customer's line of the meter. */
final class MeterView {
  private MeterView() {}

  /**
   * What the account alone knows, which excludes the spend of open sessions: adding that up for
   * every customer is too expensive for a list.
   */
  static ObjectNode of(Account account) {
    ObjectNode json = Json.object();
    json.put("customer_id", account.customerId());
    json.put("period", account.period().toString());
    Figures figures = account.figures();
    json.set("settled", Json.money(figures.settled()));
    json.set("claimed", Json.money(figures.claimed()));
    json.put("state", CustomerView.state(account.standing()));
    json.put("open_sessions", figures.openSessions());
    json.put("ended_sessions", figures.endedSessions());
    json.set("spent", Json.money(figures.openSessions() == 0 ? figures.settled() : null));
    json.set("cap", Json.money(account.cap()));
    return json;
  }
}
