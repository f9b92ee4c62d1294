package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the engine asks for prices. An unknown model has none; it is never free. */
@FunctionalInterface
public interface PriceLookup {
  /** The price in force at that moment, or null for a model without one. */
  @Nullable Price priceOf(String model, Instant at);

  /** What one of a kind of fee costs with a model, or null where that is not known. */
  default @Nullable Usd feeOf(String model, String kind, Instant at) {
    Price price = priceOf(model, at);
    return price == null ? null : price.surcharges().fee(kind);
  }
}
