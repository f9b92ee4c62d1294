package dev.peras.engine.pricing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the engine asks for prices. An unknown model has none; it is never free. */
@FunctionalInterface
public interface PriceLookup {
  /** The price in force at that moment, or null for a model without one. */
  @Nullable Price priceOf(String model, Instant at);
}
