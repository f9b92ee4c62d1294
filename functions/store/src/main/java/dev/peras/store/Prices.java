package dev.peras.store;

import dev.peras.engine.Price;
import dev.peras.engine.PriceLookup;
import dev.peras.engine.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prices in force: this deployment's overrides before the shipped table. */
public final class Prices implements PriceLookup {
  @Override
  public @Nullable Price priceOf(String model, Instant at) {
    throw new UnsupportedOperationException();
  }

  /**
   * The price that a model's usage gets now.
   *
   * @throws Refusal PRICE_NOT_FOUND
   */
  public NamedPrice get(String model) {
    throw new UnsupportedOperationException();
  }

  /** All overrides, by model. */
  public List<NamedPrice> overrides() {
    throw new UnsupportedOperationException();
  }

  /** Sets an override. Returns whether the model had none before. */
  public boolean put(String model, Price price, @Nullable Instant effectiveFrom) {
    throw new UnsupportedOperationException();
  }

  /** Removes an override; the shipped price is in force again. */
  public void delete(String model) {
    throw new UnsupportedOperationException();
  }
}
