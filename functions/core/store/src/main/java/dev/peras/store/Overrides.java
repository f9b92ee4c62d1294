package dev.peras.store;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deployment's own prices. One whose name ends in {@code *} holds for every name that starts like
 * it and goes on; an exact name comes first, then the longest such beginning. Immutable.
 */
final class Overrides {
  static final String WILDCARD = "*";

  private final Map<String, NamedPrice> byName = new HashMap<>();
  private final boolean hasWildcards;

  Overrides(Collection<NamedPrice> prices) {
    prices.forEach(price -> byName.put(price.model(), price));
    hasWildcards = byName.keySet().stream().anyMatch(name -> name.endsWith(WILDCARD));
  }

  Collection<NamedPrice> all() {
    return byName.values();
  }

  /** The override in force at that moment; null where there is none. */
  @Nullable NamedPrice find(String model, Instant at) {
    NamedPrice exact = inForce(model, at);
    if (exact != null || !hasWildcards) {
      return exact;
    }
    for (int end = model.length() - 1; end > 0; end--) {
      NamedPrice found = inForce(model.substring(0, end) + WILDCARD, at);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable NamedPrice inForce(String name, Instant at) {
    NamedPrice price = byName.get(name);
    return price == null || (price.effectiveFrom() != null && at.isBefore(price.effectiveFrom()))
        ? null
        : price;
  }
}
