package dev.peras.store;

import dev.peras.engine.pricing.Price;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price that this deployment set.
 *
 * @param model a name, or the beginning of names and a {@code *}
 * @param effectiveFrom null for always
 */
public record NamedPrice(String model, Price price, @Nullable Instant effectiveFrom) {}
