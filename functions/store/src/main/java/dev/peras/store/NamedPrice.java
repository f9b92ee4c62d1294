package dev.peras.store;

import dev.peras.engine.Price;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model, and where it comes from.
 *
 * @param source "override" for one that this deployment set, otherwise where the shipped table has
 *     it from
 * @param effectiveFrom null for always
 */
public record NamedPrice(
    String model, Price price, String source, @Nullable Instant effectiveFrom) {}
