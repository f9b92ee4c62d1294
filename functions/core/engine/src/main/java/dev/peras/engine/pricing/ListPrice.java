package dev.peras.engine.pricing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A provider's price of a model in one period.
 *
 * @param price of the peak hours, where the price depends on the hour
 * @param offPeak null for a price that is the same at all hours
 * @param effectiveFrom null without a start
 * @param effectiveTo when the next price took its place; null for the last price, which a retired
 *     model keeps
 * @param source where the figures were read
 * @param date when the source was published
 */
public record ListPrice(
    Price price,
    @Nullable OffPeak offPeak,
    @Nullable Instant effectiveFrom,
    @Nullable Instant effectiveTo,
    String source,
    String date) {

  /** The price at a moment of its period. */
  public Price at(Instant moment) {
    return offPeak != null && offPeak.isInForce(moment) ? offPeak.price() : price;
  }

  boolean isInForce(Instant at) {
    return (effectiveFrom == null || !at.isBefore(effectiveFrom))
        && (effectiveTo == null || at.isBefore(effectiveTo));
  }
}
