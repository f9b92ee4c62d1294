package dev.peras.json;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import java.util.ArrayList;
import java.util.List;

/** Reads prices: rates, context tiers and batch rates, in US dollars per million tokens. */
public final class PriceReader {
  private static final int MAX_TIERS = 10;
  private static final Rule<Long> BOUND = Rule.integer(1, 1_000_000_000);

  private final Rule<Usd> rate;

  /**
   * A reader of prices.
   *
   * @param rate how a rate is written: the API takes numbers, the shipped table has strings
   */
  public PriceReader(Rule<Usd> rate) {
    this.rate = rate;
  }

  public Price read(Fields fields) {
    return new Price(
        rates(fields),
        tiers(fields),
        fields.object("batch", batch -> new Price(rates(batch), tiers(batch), null)));
  }

  /** A cache rate that is left out is the input rate, never 0. */
  private Rates rates(Fields fields) {
    Usd input = fields.get("input", rate);
    return new Rates(
        input,
        fields.get("output", rate),
        fields.find("cache_read", rate, input),
        fields.find("cache_write", rate, input),
        fields.find("cache_write_1h", rate, input),
        fields.find("reasoning", rate));
  }

  private List<Price.Tier> tiers(Fields fields) {
    List<Price.Tier> tiers = new ArrayList<>(0);
    fields.objects("tiers", 0, MAX_TIERS, entry -> addTier(tiers, entry));
    return tiers;
  }

  private boolean addTier(List<Price.Tier> tiers, Fields entry) {
    long last = tiers.isEmpty() ? 0 : tiers.getLast().aboveInputTokens();
    long bound = entry.get("above_input_tokens", BOUND);
    Rates rates = rates(entry);
    if (bound > last) {
      return tiers.add(new Price.Tier(bound, rates));
    }
    if (entry.isSound()) {
      entry.fault("above_input_tokens", "must be more than in the tier before it");
    }
    return false;
  }
}
