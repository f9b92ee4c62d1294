package dev.peras.engine.pricing;

import java.time.Instant;

/** The price that a model's usage gets at a moment, and why. */
public sealed interface PriceInForce {
  Price price();

  /** This deployment set it for the model, or for all models whose names start alike. */
  record Overridden(PriceOverride override) implements PriceInForce {
    @Override
    public Price price() {
      return override.price();
    }
  }

  /** The price list has it. */
  record Listed(PriceMatch match, Instant at) implements PriceInForce {
    @Override
    public Price price() {
      return match.price().at(at);
    }
  }

  /** What this deployment charges for models that are not known. */
  record Fallback(Price price) implements PriceInForce {}
}
