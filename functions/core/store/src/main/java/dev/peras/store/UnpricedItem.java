package dev.peras.store;

import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Media;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.Prompt;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An unpriced call as an item: the whole event, to be recorded as it was sent. It never expires.
 */
final class UnpricedItem {
  private static final String NONE = "";

  private UnpricedItem() {}

  static Write create(UnpricedCall call) {
    UsageEvent event = call.event();
    List<AttributeValue> prompts = new ArrayList<>();
    for (Prompt prompt : event.call().prompts()) {
      prompts.add(AttributeValues.of(prompt(prompt)));
    }
    List<AttributeValue> fees = new ArrayList<>();
    for (Fee fee : event.call().fees()) {
      fees.add(
          AttributeValues.of(
              List.of(
                  AttributeValues.of(fee.kind()),
                  AttributeValues.of(fee.quantity().toPlainString()),
                  AttributeValues.of(fee.amount() == null ? NONE : fee.amount().toString()))));
    }
    Item.Builder item =
        Item.at(Keys.unpriced(model(event), call.sessionId(), event.eventId()))
            .put("session", call.sessionId())
            .put("customer", call.customerId())
            .put("event", event.eventId())
            .put("prompts", AttributeValues.of(prompts))
            .put("fees", AttributeValues.of(fees))
            .put("tier", event.call().traits().tier())
            .optional("model", event.model())
            .optional("region", event.call().traits().region())
            .optional("agent", event.activity().agent())
            .put("tool_calls", event.activity().toolCalls())
            .optional("action", event.activity().action())
            .optional("prompt", event.activity().prompt())
            .optional("result", event.activity().result())
            .texts("tags", event.tags())
            .put("kept_at", call.keptAt());
    if (event.occurredAt() != null) {
      item.put("occurred_at", event.occurredAt().toString());
    }
    return new Write.Put(item.item(), Condition.absent());
  }

  static String model(UsageEvent event) {
    return Objects.requireNonNullElse(event.model(), NONE);
  }

  static UnpricedCall read(Item item) {
    List<Prompt> prompts = item.get("prompts").l().stream().map(UnpricedItem::prompt).toList();
    List<Fee> fees = item.get("fees").l().stream().map(UnpricedItem::fee).toList();
    String occurredAt = item.optionalText("occurred_at");
    return new UnpricedCall(
        item.text("session"),
        item.text("customer"),
        new UsageEvent(
            item.text("event"),
            new ModelCall(
                item.optionalText("model"),
                prompts,
                fees,
                new CallTraits(item.text("tier"), item.optionalText("region"))),
            new Activity(
                item.optionalText("agent"),
                Math.toIntExact(item.number("tool_calls")),
                item.optionalHash("prompt"),
                item.optionalHash("action"),
                item.optionalHash("result")),
            null,
            occurredAt == null ? null : Instant.parse(occurredAt),
            null,
            item.texts("tags")),
        item.instant("kept_at"));
  }

  private static List<AttributeValue> prompt(Prompt prompt) {
    Tokens tokens = prompt.tokens();
    Media media = prompt.media();
    List<AttributeValue> values = new ArrayList<>();
    values.add(AttributeValues.of(prompt.model() == null ? NONE : prompt.model()));
    values.add(
        AttributeValues.of((prompt.isSum() ? "s" : NONE) + (prompt.isUndivided() ? "u" : NONE)));
    for (long count :
        new long[] {
          tokens.input(),
          tokens.output(),
          tokens.cacheRead(),
          tokens.cacheWrite(),
          tokens.cacheWrite1h(),
          tokens.reasoning(),
          media.audioInput(),
          media.audioCacheRead(),
          media.imageInput(),
          media.imageCacheRead(),
          media.audioOutput(),
          media.imageOutput()
        }) {
      values.add(AttributeValues.of(count));
    }
    return values;
  }

  private static Prompt prompt(AttributeValue value) {
    List<AttributeValue> values = value.l();
    long[] counts = values.stream().skip(2).mapToLong(AttributeValues::number).toArray();
    return new Prompt(
        some(values.get(0).s()),
        new Tokens(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]),
        new Media(counts[6], counts[7], counts[8], counts[9], counts[10], counts[11]),
        values.get(1).s().contains("s"),
        values.get(1).s().contains("u"));
  }

  private static Fee fee(AttributeValue value) {
    List<AttributeValue> values = value.l();
    String amount = some(values.get(2).s());
    return new Fee(
        values.get(0).s(),
        new BigDecimal(values.get(1).s()),
        amount == null ? null : dev.peras.engine.money.Usd.of(amount));
  }

  private static @Nullable String some(String text) {
    return text.equals(NONE) ? null : text;
  }
}
