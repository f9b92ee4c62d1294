package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;

/** The cost of a call, and where it comes from. */
public sealed interface Charge {
  Usd cost();

  /** The sender's own figure, or the provider's bill. */
  record Given(Usd cost) implements Charge {}

  /**
   * Priced by Peras.
   *
   * @param cost with fees
   * @param rates per million tokens
   */
  record Priced(Usd cost, Rates rates) implements Charge {}

  /** Priced by Peras, as prompts at different rates, or of fees alone. */
  record Summed(Usd cost) implements Charge {}
}
