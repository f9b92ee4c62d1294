package dev.peras.store;

import dev.peras.engine.Price;
import dev.peras.engine.PriceLookup;
import dev.peras.engine.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prices in force: this deployment's overrides before the shipped table. */
public interface Prices extends PriceLookup {
  @Override
  @Nullable Price priceOf(String model, Instant at);

  /**
   * The price that a model's usage gets now.
   *
   * @throws Refusal PRICE_NOT_FOUND
   */
  NamedPrice get(String model);

  /** All overrides, by model. */
  List<NamedPrice> overrides();

  /** Sets an override. Returns whether the model had none before. */
  boolean put(String model, Price price, @Nullable Instant effectiveFrom);

  /** Removes an override; the shipped price is in force again. */
  void delete(String model);
}
