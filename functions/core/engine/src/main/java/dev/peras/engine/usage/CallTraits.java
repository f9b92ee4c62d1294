package dev.peras.engine.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a provider served a model call, as far as its price depends on it.
 *
 * @param tier whose rates apply: {@value #STANDARD_TIER}, {@value #BATCH_TIER}, {@value
 *     #FLEX_TIER}, {@value #PRIORITY_TIER} or {@value #FAST_TIER}. A tier that is not known is kept
 *     as it was sent, and has no price
 * @param region where the provider was asked to compute, if that may cost more; null for anywhere
 */
public record CallTraits(String tier, @Nullable String region) {
  public static final String STANDARD_TIER = "standard";
  public static final String BATCH_TIER = "batch";
  public static final String FLEX_TIER = "flex";
  public static final String PRIORITY_TIER = "priority";
  public static final String FAST_TIER = "fast";

  public static final String ULTRAFAST_TIER = "ultrafast";

  /** The tiers that prices know beside the standard one. */
  public static final List<String> PRICED_TIERS =
      List.of(BATCH_TIER, FLEX_TIER, PRIORITY_TIER, FAST_TIER, ULTRAFAST_TIER);

  public static final CallTraits PLAIN = new CallTraits(STANDARD_TIER, null);
  public static final CallTraits BATCH = new CallTraits(BATCH_TIER, null);

  /** Made through a batch interface, or not. */
  public CallTraits(boolean batch) {
    this(batch ? BATCH_TIER : STANDARD_TIER, null);
  }

  public boolean batch() {
    return tier.equals(BATCH_TIER);
  }

  public boolean isStandard() {
    return tier.equals(STANDARD_TIER);
  }
}
