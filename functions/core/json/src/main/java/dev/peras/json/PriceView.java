package dev.peras.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.OffPeak;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceInForce;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PriceMatch;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.CallTraits;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows prices, in US dollars per million tokens. */
public final class PriceView {
  private PriceView() {}

  /** A price that the deployment set. */
  public static ObjectNode of(PriceOverride named) {
    ObjectNode json = priced(named.model(), named.price());
    json.set("effective_from", Json.time(named.effectiveFrom()));
    json.put("source", "override");
    return json;
  }

  /** How old the shipped table is, and whether that is too old to rely on. */
  public static ObjectNode ofTable(PriceList table, Instant now) {
    ObjectNode json = Json.object();
    json.put("as_of", String.valueOf(table.asOf()));
    json.put("age_days", PriceTable.ageInDays(table, now));
    json.put("models", table.models().size());
    return json;
  }

  /**
   * The price that a model gets, and why.
   *
   * @param model the name that was asked for
   */
  public static ObjectNode of(String model, PriceInForce found) {
    ObjectNode json = priced(model, found.price());
    switch (found) {
      case PriceInForce.Overridden(PriceOverride own) -> {
        String by = own.model().equals(model) ? "override" : "wildcard override";
        json.set("effective_from", Json.time(own.effectiveFrom()));
        json.putNull("effective_to");
        json.putNull("provider");
        putMatch(json, own.model(), List.of(by));
        json.put("source", "override");
        json.putNull("date");
      }
      case PriceInForce.Listed listed -> putListed(json, listed.match());
      case PriceInForce.Fallback fallback -> {
        json.putNull("effective_from");
        json.putNull("effective_to");
        json.putNull("provider");
        putMatch(json, null, List.of("ceiling"));
        json.put("source", "ceiling");
        json.putNull("date");
      }
    }
    return json;
  }

  private static void putListed(ObjectNode json, PriceMatch match) {
    ListPrice price = match.price();
    json.set("effective_from", Json.time(price.effectiveFrom()));
    json.set("effective_to", Json.time(price.effectiveTo()));
    json.put("provider", match.model().provider());
    putMatch(
        json,
        match.model().name(),
        match.by().stream().map(step -> step.name().toLowerCase(Locale.ROOT)).toList());
    json.put("source", price.source());
    json.put("date", price.date());
    if (price.offPeak() != null) {
      json.set("hours", hours(price.price(), price.offPeak()));
    }
  }

  /**
   * How the price was found.
   *
   * @param name that the price stands under; null for the fallback, which has none
   * @param by the steps from the name that was asked for
   */
  private static void putMatch(ObjectNode json, @Nullable String name, List<String> by) {
    ObjectNode match = json.putObject("match");
    match.put("model", name);
    match.set("by", Json.array(by, Json::text));
  }

  private static ObjectNode hours(Price peak, OffPeak offPeak) {
    ObjectNode json = Json.object();
    json.set(
        "peak_hours_utc",
        Json.array(offPeak.peakHours(), hours -> Json.text(hours.from() + "-" + hours.to())));
    json.set(
        "peak_days",
        Json.array(offPeak.peakDays().stream().sorted().toList(), day -> Json.text(name(day))));
    json.set("peak", of(peak.rates()));
    json.set("off_peak", of(offPeak.price().rates()));
    return json;
  }

  /** A day as the table and the API write it: {@code mon}. */
  static String name(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }

  private static ObjectNode priced(String model, Price price) {
    ObjectNode json = Json.object();
    json.put("model", model);
    putPrice(json, price);
    for (String tier : CallTraits.PRICED_TIERS) {
      Price served = price.services().get(tier);
      if (served == null) {
        json.putNull(tier);
      } else {
        putPrice(json.putObject(tier), served);
      }
    }
    ObjectNode fees = json.putObject("fees");
    new TreeMap<>(price.surcharges().fees())
        .forEach((kind, fee) -> fees.set(kind, Json.money(fee)));
    ObjectNode regions = json.putObject("regions");
    new TreeMap<>(price.surcharges().regions())
        .forEach((region, times) -> regions.set(region, Json.money(new Usd(times))));
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
    json.set("audio_input", Json.money(rates.media().audioInput()));
    json.set("audio_cache_read", Json.money(rates.media().audioCacheRead()));
    json.set("image_input", Json.money(rates.media().imageInput()));
    json.set("image_cache_read", Json.money(rates.media().imageCacheRead()));
    json.set("audio_output", Json.money(rates.media().audioOutput()));
    json.set("image_output", Json.money(rates.media().imageOutput()));
  }
}
