package dev.peras.engine.pricing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price that this deployment set.
 *
 * @param model a name, or the beginning of names and a {@code *}
 * @param effectiveFrom null for always
 */
public record PriceOverride(String model, Price price, @Nullable Instant effectiveFrom) {
  boolean isInForce(Instant at) {
    return effectiveFrom == null || !at.isBefore(effectiveFrom);
  }
}
