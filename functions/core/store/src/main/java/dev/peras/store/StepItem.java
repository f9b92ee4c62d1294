package dev.peras.store;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Charge;
import dev.peras.engine.sessions.Booking;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Media;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.Prompt;
import dev.peras.engine.usage.Tokens;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    CallTraits traits = step.call().traits();
    item.flag("batch", traits.batch()).put("cost", step.cost());
    if (!traits.batch() && !traits.isStandard()) {
      item.put("tier", traits.tier());
    }
    item.optional("region", traits.region());
    media(item, step.call().media());
    if (!step.call().fees().isEmpty()) {
      item.put("fees", fees(step.call().fees()));
    }
    switch (step.charge()) {
      case Charge.Given given -> {}
      case Charge.Priced priced -> item.put("rates", RatesItem.list(priced.rates()));
      case Charge.Summed summed -> item.flag("summed", true);
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
        new ModelCall(
            item.text("model"),
            List.of(Prompt.of(tokens, media(item))),
            fees(item),
            new CallTraits(
                item.has("batch")
                    ? CallTraits.BATCH_TIER
                    : Objects.requireNonNullElse(
                        item.optionalText("tier"), CallTraits.STANDARD_TIER),
                item.optionalText("region"))),
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
    if (rates == null) {
      return item.has("summed") ? new Charge.Summed(cost) : new Charge.Given(cost);
    }
    return new Charge.Priced(cost, RatesItem.ofList(rates.l()));
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

  private static void media(Item.Builder item, Media media) {
    some(item, "audio_input", media.audioInput());
    some(item, "audio_cache_read", media.audioCacheRead());
    some(item, "image_input", media.imageInput());
    some(item, "image_cache_read", media.imageCacheRead());
    some(item, "audio_output", media.audioOutput());
    some(item, "image_output", media.imageOutput());
  }

  private static Media media(Item item) {
    return new Media(
        some(item, "audio_input"),
        some(item, "audio_cache_read"),
        some(item, "image_input"),
        some(item, "image_cache_read"),
        some(item, "audio_output"),
        some(item, "image_output"));
  }

  private static AttributeValue fees(List<Fee> fees) {
    List<AttributeValue> list = new ArrayList<>(fees.size());
    for (Fee fee : fees) {
      list.add(
          AttributeValues.of(
              Item.attributes()
                  .put("kind", fee.kind())
                  .put("quantity", fee.quantity().stripTrailingZeros().toPlainString())
                  .optional("amount", fee.amount())
                  .values()));
    }
    return AttributeValues.of(list);
  }

  private static List<Fee> fees(Item item) {
    AttributeValue stored = item.find("fees");
    List<Fee> fees = new ArrayList<>(0);
    for (AttributeValue value : stored == null ? List.<AttributeValue>of() : stored.l()) {
      Item fee = new Item(value.m());
      fees.add(
          new Fee(
              fee.text("kind"), new BigDecimal(fee.text("quantity")), fee.optionalUsd("amount")));
    }
    return fees;
  }
}
