package dev.peras.store;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Charge;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.sessions.Booking;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.Tokens;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A step as an item: an entry of the ledger, and the marker that its event has been counted. */
final class StepItem {
  private StepItem() {}

  /**
   * Stores a step unless its event has been counted.
   *
   * @param expiresAt when nothing can send the event again any more
   */
  static Write create(String sessionId, Step step, Instant expiresAt) {
    Tokens tokens = step.tokens();
    Booking booking = step.booking();
    Item.Builder item =
        Item.at(Keys.event(sessionId, step.eventId()))
            .put("step", step.number())
            .put("model", step.model())
            .put("input", tokens.input())
            .put("output", tokens.output());
    some(item, "cache_read", tokens.cacheRead());
    some(item, "cache_write", tokens.cacheWrite());
    some(item, "cache_write_1h", tokens.cacheWrite1h());
    some(item, "reasoning", tokens.reasoning());
    some(item, "tool_calls", step.activity().toolCalls());
    item.flag("batch", step.call().traits().batch()).put("cost", step.cost());
    if (step.charge() instanceof Charge.Priced priced) {
      item.put("rates", rates(priced.rates()));
    }
    return new Write.Put(
        item.put("occurred_at", booking.occurredAt().toString())
            .put("recorded_at", booking.recordedAt())
            .put("period", booking.period().toString())
            .flag("late", booking.late())
            .optional("hold_id", booking.holdId())
            .optional("agent", step.activity().agent())
            .optional("prompt", step.activity().prompt())
            .optional("action", step.activity().action())
            .optional("result", step.activity().result())
            .texts("tags", step.tags())
            .put("fingerprint", step.fingerprint())
            .put("ttl", expiresAt.getEpochSecond())
            .item(),
        Condition.absent());
  }

  static Step read(Item item) {
    Tokens tokens =
        new Tokens(
            item.number("input"),
            item.number("output"),
            some(item, "cache_read"),
            some(item, "cache_write"),
            some(item, "cache_write_1h"),
            some(item, "reasoning"));
    return new Step(
        item.text("sk").substring(Keys.EVENT_PREFIX.length()),
        item.number("step"),
        new ModelCall(item.text("model"), tokens, new CallTraits(item.has("batch"))),
        new Activity(
            item.optionalText("agent"),
            Math.toIntExact(some(item, "tool_calls")),
            item.optionalHash("prompt"),
            item.optionalHash("action"),
            item.optionalHash("result")),
        charge(item),
        new Booking(
            Instant.parse(item.text("occurred_at")),
            item.instant("recorded_at"),
            YearMonth.parse(item.text("period")),
            item.has("late"),
            item.optionalText("hold_id")),
        item.texts("tags"),
        item.hash("fingerprint"));
  }

  private static Charge charge(Item item) {
    Usd cost = item.usd("cost");
    AttributeValue rates = item.find("rates");
    return rates == null ? new Charge.Given(cost) : new Charge.Priced(cost, rates(rates.l()));
  }

  /** Most counts are 0 and are left out. */
  private static void some(Item.Builder item, String name, long count) {
    if (count != 0) {
      item.put(name, count);
    }
  }

  private static long some(Item item, String name) {
    return item.has(name) ? item.number(name) : 0;
  }

  private static AttributeValue rates(Rates rates) {
    List<AttributeValue> list = new ArrayList<>();
    list.add(AttributeValues.of(rates.input()));
    list.add(AttributeValues.of(rates.output()));
    list.add(AttributeValues.of(rates.cacheRead()));
    list.add(AttributeValues.of(rates.cacheWrite()));
    list.add(AttributeValues.of(rates.cacheWrite1h()));
    if (rates.reasoning() != null) {
      list.add(AttributeValues.of(rates.reasoning()));
    }
    return AttributeValues.of(list);
  }

  private static Rates rates(List<AttributeValue> list) {
    @Nullable Usd reasoning = list.size() > 5 ? AttributeValues.usd(list.get(5)) : null;
    return new Rates(
        AttributeValues.usd(list.get(0)),
        AttributeValues.usd(list.get(1)),
        AttributeValues.usd(list.get(2)),
        AttributeValues.usd(list.get(3)),
        AttributeValues.usd(list.get(4)),
        reasoning);
  }
}
