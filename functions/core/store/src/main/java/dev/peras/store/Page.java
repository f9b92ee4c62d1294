package dev.peras.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param cursor where the next part begins; null at the end
 */
public record Page<T>(List<T> entries, @Nullable String cursor) {}
