package dev.peras.engine.pricing;

import java.time.Instant;
import java.util.Set;

/**
 * A price that is needed.
 *
 * @param at when the call was or will be made
 * @param fees the kinds of fees that have no amount of their own
 */
public record PriceQuery(String model, Instant at, Set<String> fees) {
  public PriceQuery {
    fees = Set.copyOf(fees);
  }

  public PriceQuery(String model, Instant at) {
    this(model, at, Set.of());
  }
}
