package dev.peras.readsessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.pricing.Charge;
import dev.peras.engine.sessions.Booking;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Media;
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
    Media media = step.call().media();
    json.put("audio_input_tokens", media.audioInput() + media.audioCacheRead());
    json.put("audio_output_tokens", media.audioOutput());
    json.put("image_input_tokens", media.imageInput() + media.imageCacheRead());
    json.put("batch", step.call().traits().batch());
    if (step.activity().agent() != null) {
      json.put("agent", step.activity().agent());
    }
    json.put("service_tier", step.call().traits().tier());
    json.put("inference_geo", step.call().traits().region());
    json.set("fees", Json.array(step.call().fees(), StepView::fee));
    json.put("tool_calls", step.activity().toolCalls());
    json.set("cost", Json.money(step.cost()));
    switch (step.charge()) {
      case Charge.Given given -> json.put("cost_source", "event").set("price", Json.text(null));
      case Charge.Priced priced ->
          json.put("cost_source", "price").set("price", PriceView.of(priced.rates()));
      case Charge.Summed summed -> json.put("cost_source", "price").set("price", Json.text(null));
    }
    Booking booking = step.booking();
    json.set("occurred_at", Json.time(booking.occurredAt()));
    json.set("recorded_at", Json.time(booking.recordedAt()));
    json.put("period", booking.period().toString());
    json.put("late", booking.late());
    json.put("hold_id", booking.holdId());
    new TreeMap<>(step.tags()).forEach(json.putObject("tags")::put);
    return json;
  }

  private static ObjectNode fee(Fee fee) {
    ObjectNode json = Json.object();
    json.put("kind", fee.kind());
    json.put("quantity", fee.quantity());
    json.set("amount", Json.money(fee.amount()));
    return json;
  }
}
