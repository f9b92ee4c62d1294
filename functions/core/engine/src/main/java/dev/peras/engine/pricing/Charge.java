package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;

/** The cost of a call, and where it comes from. */
public sealed interface Charge {
  Usd cost();

  /** The sender's own figure. */
  record Given(Usd cost) implements Charge {}

  /**
   * Priced by Peras.
   *
   * @param rates per million tokens
   */
  record Priced(Usd cost, Rates rates) implements Charge {}
}
