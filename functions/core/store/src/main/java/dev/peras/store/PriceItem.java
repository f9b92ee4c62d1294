package dev.peras.store;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.engine.pricing.Surcharges;
import dev.peras.engine.usage.CallTraits;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.math.BigDecimal;
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

  static PriceOverride read(Item item) {
    return new PriceOverride(
        item.text("sk").substring(Keys.PRICE_PREFIX.length()),
        price(item.get("price").m()),
        item.optionalInstant("effective_from"));
  }

  private static AttributeValue price(Price price) {
    Map<String, AttributeValue> map = new LinkedHashMap<>();
    map.put("rates", RatesItem.map(price.rates()));
    if (!price.tiers().isEmpty()) {
      List<AttributeValue> tiers = new ArrayList<>();
      for (Price.Tier tier : price.tiers()) {
        tiers.add(
            AttributeValues.of(
                Map.of(
                    "above_input_tokens", AttributeValues.of(tier.aboveInputTokens()),
                    "rates", RatesItem.map(tier.rates()))));
      }
      map.put("tiers", AttributeValues.of(tiers));
    }
    price.services().forEach((tier, served) -> map.put(tier, price(served)));
    if (!price.surcharges().fees().isEmpty()) {
      Map<String, AttributeValue> fees = new LinkedHashMap<>();
      price.surcharges().fees().forEach((kind, fee) -> fees.put(kind, AttributeValues.of(fee)));
      map.put("fees", AttributeValues.of(fees));
    }
    if (!price.surcharges().regions().isEmpty()) {
      Map<String, AttributeValue> regions = new LinkedHashMap<>();
      price
          .surcharges()
          .regions()
          .forEach((region, times) -> regions.put(region, AttributeValues.of(new Usd(times))));
      map.put("regions", AttributeValues.of(regions));
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
        tiers.add(
            new Price.Tier(
                tier.number("above_input_tokens"), RatesItem.ofMap(tier.get("rates").m())));
      }
    }
    Map<String, Price> services = new LinkedHashMap<>();
    for (String tier : CallTraits.PRICED_TIERS) {
      AttributeValue served = item.find(tier);
      if (served != null) {
        services.put(tier, price(served.m()));
      }
    }
    Map<String, Usd> fees = new LinkedHashMap<>();
    Map<String, BigDecimal> regions = new LinkedHashMap<>();
    entries(item, "fees").forEach((kind, fee) -> fees.put(kind, AttributeValues.usd(fee)));
    entries(item, "regions")
        .forEach((region, times) -> regions.put(region, AttributeValues.usd(times).value()));
    return new Price(
        RatesItem.ofMap(item.get("rates").m()), tiers, services, new Surcharges(fees, regions));
  }

  private static Map<String, AttributeValue> entries(Item item, String name) {
    AttributeValue map = item.find(name);
    return map == null ? Map.of() : map.m();
  }
}
