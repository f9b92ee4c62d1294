package dev.peras.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.Price;
import dev.peras.engine.Rates;
import dev.peras.store.NamedPrice;

/** Shows prices, in US dollars per million tokens. */
public final class PriceView {
  private PriceView() {}

  public static ObjectNode of(NamedPrice named) {
    ObjectNode json = Json.object();
    json.put("model", named.model());
    putPrice(json, named.price());
    Price batch = named.price().batch();
    if (batch == null) {
      json.putNull("batch");
    } else {
      putPrice(json.putObject("batch"), batch);
    }
    json.set("effective_from", Json.time(named.effectiveFrom()));
    json.put("source", named.source());
    return json;
  }

  public static ObjectNode of(Rates rates) {
    ObjectNode json = Json.object();
    putRates(json, rates);
    return json;
  }

  private static void putPrice(ObjectNode json, Price price) {
    putRates(json, price.rates());
    json.set("tiers", Json.array(price.tiers(), PriceView::tier));
  }

  private static ObjectNode tier(Price.Tier tier) {
    ObjectNode json = Json.object();
    json.put("above_input_tokens", tier.aboveInputTokens());
    putRates(json, tier.rates());
    return json;
  }

  private static void putRates(ObjectNode json, Rates rates) {
    json.set("input", Json.money(rates.input()));
    json.set("output", Json.money(rates.output()));
    json.set("cache_read", Json.money(rates.cacheRead()));
    json.set("cache_write", Json.money(rates.cacheWrite()));
    json.set("cache_write_1h", Json.money(rates.cacheWrite1h()));
    json.set("reasoning", Json.money(rates.reasoning()));
  }
}
