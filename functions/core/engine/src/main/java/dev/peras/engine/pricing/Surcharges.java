package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs beside its tokens, or on top of them.
 *
 * @param fees US dollars for one of a kind, such as {@code web_search}
 * @param regions by how much all rates are multiplied where a call asked for a region
 */
public record Surcharges(Map<String, Usd> fees, Map<String, BigDecimal> regions) {
  public static final Surcharges NONE = new Surcharges(Map.of(), Map.of());

  /** Perplexity's searches of several sizes are searches where all of them cost the same. */
  private static final String SEARCH = "web_search";

  public Surcharges {
    fees = Map.copyOf(fees);
    regions = Map.copyOf(regions);
  }

  /** What one of a kind costs; null where that is not known. */
  public @Nullable Usd fee(String kind) {
    Usd fee = fees.get(kind);
    return fee == null && kind.startsWith(SEARCH + "_") ? fees.get(SEARCH) : fee;
  }
}
