package dev.peras.store;

import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A price override as an item. All overrides share one partition, so that one query reads them. */
final class PriceItem {
  private PriceItem() {}

  static Write put(String model, Price price, @Nullable Instant effectiveFrom) {
    Item item =
        Item.at(Keys.price(model))
            .put("price", price(price))
            .optional("effective_from", effectiveFrom)
            .item();
    return new Write.Put(item, Condition.none());
  }

  static NamedPrice read(Item item) {
    return new NamedPrice(
        item.text("sk").substring(Keys.PRICE_PREFIX.length()),
        price(item.get("price").m()),
        item.optionalInstant("effective_from"));
  }

  private static AttributeValue price(Price price) {
    Map<String, AttributeValue> map = new LinkedHashMap<>();
    map.put("rates", rates(price.rates()));
    if (!price.tiers().isEmpty()) {
      List<AttributeValue> tiers = new ArrayList<>();
      for (Price.Tier tier : price.tiers()) {
        tiers.add(
            AttributeValues.of(
                Map.of(
                    "above_input_tokens", AttributeValues.of(tier.aboveInputTokens()),
                    "rates", rates(tier.rates()))));
      }
      map.put("tiers", AttributeValues.of(tiers));
    }
    if (price.batch() != null) {
      map.put("batch", price(price.batch()));
    }
    return AttributeValues.of(map);
  }

  private static Price price(Map<String, AttributeValue> map) {
    Item item = new Item(map);
    List<Price.Tier> tiers = new ArrayList<>();
    AttributeValue stored = item.find("tiers");
    if (stored != null) {
      for (AttributeValue value : stored.l()) {
        Item tier = new Item(value.m());
        tiers.add(new Price.Tier(tier.number("above_input_tokens"), rates(tier.get("rates"))));
      }
    }
    AttributeValue batch = item.find("batch");
    return new Price(rates(item.get("rates")), tiers, batch == null ? null : price(batch.m()));
  }

  private static AttributeValue rates(Rates rates) {
    return AttributeValues.of(
        Item.attributes()
            .put("input", rates.input())
            .put("output", rates.output())
            .put("cache_read", rates.cacheRead())
            .put("cache_write", rates.cacheWrite())
            .put("cache_write_1h", rates.cacheWrite1h())
            .optional("reasoning", rates.reasoning())
            .values());
  }

  private static Rates rates(AttributeValue value) {
    Item item = new Item(value.m());
    return new Rates(
        item.usd("input"),
        item.usd("output"),
        item.usd("cache_read"),
        item.usd("cache_write"),
        item.usd("cache_write_1h"),
        item.optionalUsd("reasoning"));
  }
}
