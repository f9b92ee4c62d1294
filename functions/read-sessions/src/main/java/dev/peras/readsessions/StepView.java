package dev.peras.readsessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.sessions.Step;
import dev.peras.json.Json;
import dev.peras.json.PriceView;
import dev.peras.json.SessionView;
import java.util.TreeMap;

/** Shows an entry of the ledger. */
final class StepView {
  private StepView() {}

  static ObjectNode of(Step step) {
    ObjectNode json = Json.object();
    json.put("event_id", step.eventId());
    json.put("step", step.number());
    json.put("model", step.model());
    SessionView.putTokens(json, step.tokens());
    json.put("batch", step.batch());
    json.put("tool_calls", step.toolCalls());
    json.set("cost", Json.money(step.cost()));
    Rates rates = step.rates();
    json.put("cost_source", rates == null ? "event" : "price");
    json.set("price", rates == null ? Json.text(null) : PriceView.of(rates));
    json.set("occurred_at", Json.time(step.occurredAt()));
    json.set("recorded_at", Json.time(step.recordedAt()));
    json.put("period", step.period().toString());
    json.put("late", step.late());
    json.put("hold_id", step.holdId());
    new TreeMap<>(step.tags()).forEach(json.putObject("tags")::put);
    return json;
  }
}
