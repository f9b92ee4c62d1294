package dev.peras.engine.pricing;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deployment's own prices. One whose name ends in {@code *} holds for every name that starts like
 * it and goes on; an exact name comes first, then the longest such beginning. Immutable.
 */
public final class PriceOverrides {
  public static final PriceOverrides NONE = new PriceOverrides(List.of());

  private static final String WILDCARD = "*";

  private final Map<String, PriceOverride> byName = new HashMap<>();
  private final boolean hasWildcards;

  public PriceOverrides(Collection<PriceOverride> prices) {
    prices.forEach(price -> byName.put(price.model(), price));
    hasWildcards = byName.keySet().stream().anyMatch(name -> name.endsWith(WILDCARD));
  }

  /** All of them, by model. */
  public List<PriceOverride> all() {
    return byName.values().stream().sorted((a, b) -> a.model().compareTo(b.model())).toList();
  }

  /** The override in force at that moment; null where there is none. */
  @Nullable PriceOverride find(String model, Instant at) {
    PriceOverride exact = inForce(model, at);
    if (exact != null || !hasWildcards) {
      return exact;
    }
    for (int end = model.length() - 1; end > 0; end--) {
      PriceOverride found = inForce(model.substring(0, end) + WILDCARD, at);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable PriceOverride inForce(String name, Instant at) {
    PriceOverride price = byName.get(name);
    return price == null || !price.isInForce(at) ? null : price;
  }
}
