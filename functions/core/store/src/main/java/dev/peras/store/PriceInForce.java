package dev.peras.store;

import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.Price;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The price in force for a model, and where it comes from.
 *
 * @param model the name that was asked for
 * @param provider whose list price it is; null for one that this deployment set
 * @param matched the name that the price stands under; null for the ceiling, which has none
 * @param by the steps from the one name to the other
 * @param source "override" or "ceiling" for what this deployment set, otherwise where the shipped
 *     table has it from
 * @param date when the source was published; null for what this deployment set
 * @param listed what the shipped table has, at all hours; null for what this deployment set
 * @param effectiveFrom null without a start
 * @param effectiveTo null while no end is known
 */
public record PriceInForce(
    String model,
    Price price,
    @Nullable String provider,
    @Nullable String matched,
    List<String> by,
    String source,
    @Nullable String date,
    @Nullable ListPrice listed,
    @Nullable Instant effectiveFrom,
    @Nullable Instant effectiveTo) {

  public PriceInForce {
    by = List.copyOf(by);
  }
}
