package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prices in force, looked up beforehand: a deployment's overrides, then the list, then, where
 * the deployment set one, the fallback for models that neither knows. Immutable.
 *
 * @param list may be empty where nothing that is to be priced needs it
 * @param fallback null for none: then an unknown model has no price
 */
public record PriceBook(PriceOverrides overrides, PriceList list, @Nullable Price fallback) {
  private static final PriceList NO_LIST = new PriceList(List.of(), Map.of(), List.of());

  /** Without any price: enough for calls that bring their cost. */
  public static final PriceBook EMPTY = of(PriceOverrides.NONE);

  /** One that knows nothing but overrides. */
  public static PriceBook of(PriceOverrides overrides) {
    return new PriceBook(overrides, NO_LIST, null);
  }

  public static PriceBook of(PriceOverride... overrides) {
    return of(new PriceOverrides(List.of(overrides)));
  }

  /** One in which every model costs the same. */
  public static PriceBook ofEveryModel(Price price) {
    return new PriceBook(PriceOverrides.NONE, NO_LIST, price);
  }

  /** The price of a model at a moment; null for a model without one. */
  public @Nullable PriceInForce find(String model, Instant at) {
    PriceOverride override = overrides.find(model, at);
    if (override != null) {
      return new PriceInForce.Overridden(override);
    }
    PriceMatch match = list.find(model, at);
    if (match != null) {
      return new PriceInForce.Listed(match, at);
    }
    return fallback == null ? null : new PriceInForce.Fallback(fallback);
  }

  /** The same without the why. */
  public @Nullable Price priceOf(String model, Instant at) {
    PriceInForce found = find(model, at);
    return found == null ? null : found.price();
  }

  /**
   * What one of a kind of fee costs with a model, by its override or else by the list: an override
   * need not state what it leaves alone. Null where that is not known.
   */
  public @Nullable Usd feeOf(String model, String kind, Instant at) {
    PriceOverride override = overrides.find(model, at);
    Usd own = override == null ? null : override.price().surcharges().fee(kind);
    Price listed = own == null ? list.priceOf(model, at) : null;
    return listed == null ? own : listed.surcharges().fee(kind);
  }

  /** Whether every one of these has a price. */
  public boolean covers(Iterable<PriceQuery> queries) {
    for (PriceQuery query : queries) {
      if (!covers(query)) {
        return false;
      }
    }
    return true;
  }

  private boolean covers(PriceQuery query) {
    return priceOf(query.model(), query.at()) != null
        && query.fees().stream().allMatch(fee -> feeOf(query.model(), fee, query.at()) != null);
  }
}
