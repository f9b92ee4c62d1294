package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.CallTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model: its rates, higher rates for long prompts, rates for calls that were served
 * otherwise, and what comes on top.
 *
 * <p>A context tier prices the whole call, not only the tokens above its bound, as providers bill.
 *
 * @param tiers by rising bound
 * @param services by service tier, the price of calls that were served in it: {@code batch}, {@code
 *     flex}, {@code priority}, {@code fast}
 * @param surcharges of the model; those of its services are empty
 */
public record Price(
    Rates rates, List<Tier> tiers, Map<String, Price> services, Surcharges surcharges) {

  /** Tiers that are never dearer than the ordinary one, whose rates they have if no others. */
  private static final Set<String> NEVER_DEARER =
      Set.of(CallTraits.BATCH_TIER, CallTraits.FLEX_TIER);

  /**
   * Higher rates for long prompts.
   *
   * @param aboveInputTokens the tier applies to prompts of more tokens than this, cached ones
   *     included
   */
  public record Tier(long aboveInputTokens, Rates rates) {}

  public Price {
    tiers = List.copyOf(tiers);
    services = Map.copyOf(services);
    for (int i = 1; i < tiers.size(); i++) {
      if (tiers.get(i).aboveInputTokens() <= tiers.get(i - 1).aboveInputTokens()) {
        throw new IllegalArgumentException("tiers must have rising bounds: " + tiers);
      }
    }
  }

  /** A price without surcharges, and with no service tier but batch, if that. */
  public Price(Rates rates, List<Tier> tiers, @Nullable Price batch) {
    this(
        rates,
        tiers,
        batch == null ? Map.of() : Map.of(CallTraits.BATCH_TIER, batch),
        Surcharges.NONE);
  }

  public static Price of(Rates rates) {
    return new Price(rates, List.of(), null);
  }

  /**
   * The price of calls made through a batch interface; null where there is none, and then a batch
   * call costs what any call costs.
   */
  public @Nullable Price batch() {
    return services.get(CallTraits.BATCH_TIER);
  }

  /** The price of calls in a service tier; null where that may be dearer and is not known. */
  public @Nullable Price served(String tier) {
    Price price = services.get(tier);
    boolean isOrdinary = tier.equals(CallTraits.STANDARD_TIER) || NEVER_DEARER.contains(tier);
    return price == null && isOrdinary ? this : price;
  }

  /** This price, with these fees for the kinds that it does not price itself. */
  public Price withFees(Map<String, Usd> others) {
    if (others.isEmpty()) {
      return this;
    }
    Map<String, Usd> fees = new HashMap<>(others);
    fees.putAll(surcharges.fees());
    return new Price(rates, tiers, services, new Surcharges(fees, surcharges.regions()));
  }

  /** The rates for a prompt of so many tokens. */
  public Rates ratesFor(long contextTokens, boolean isBatch) {
    Price batch = isBatch ? batch() : null;
    return batch == null ? ratesFor(contextTokens) : batch.ratesFor(contextTokens);
  }

  /** The rates for a prompt of so many tokens. */
  public Rates ratesFor(long contextTokens) {
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
