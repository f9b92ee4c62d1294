package dev.peras.engine.pricing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model: its rates, higher rates for long prompts, and rates for batch calls.
 *
 * <p>A context tier prices the whole call, not only the tokens above its bound, as providers bill.
 *
 * @param tiers by rising bound
 * @param batch the price of calls made through a batch interface; null where there is none, and
 *     then a batch call costs what any call costs
 */
public record Price(Rates rates, List<Tier> tiers, @Nullable Price batch) {

  /**
   * Higher rates for long prompts.
   *
   * @param aboveInputTokens the tier applies to prompts of more tokens than this, cached ones
   *     included
   */
  public record Tier(long aboveInputTokens, Rates rates) {}

  public Price {
    tiers = List.copyOf(tiers);
    for (int i = 1; i < tiers.size(); i++) {
      if (tiers.get(i).aboveInputTokens() <= tiers.get(i - 1).aboveInputTokens()) {
        throw new IllegalArgumentException("tiers must have rising bounds: " + tiers);
      }
    }
  }

  public static Price of(Rates rates) {
    return new Price(rates, List.of(), null);
  }

  /** The rates for a prompt of so many tokens. */
  public Rates ratesFor(long contextTokens, boolean isBatch) {
    if (isBatch && batch != null) {
      return batch.ratesFor(contextTokens, false);
    }
    Rates found = rates;
    for (Tier tier : tiers) {
      if (contextTokens > tier.aboveInputTokens()) {
        found = tier.rates();
      }
    }
    return found;
  }

  /** All rates that a prompt of at most so many tokens can be priced at. */
  public List<Rates> ratesUpTo(long contextTokens) {
    List<Rates> all = new ArrayList<>();
    all.add(rates);
    for (Tier tier : tiers) {
      if (contextTokens > tier.aboveInputTokens()) {
        all.add(tier.rates());
      }
    }
    return all;
  }
}
