package dev.peras.usage;

import dev.peras.engine.usage.CallTraits;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What providers call the ways in which they serve calls. */
public final class ServiceWords {
  private static final Set<String> ORDINARY =
      Set.of(
          "",
          "standard",
          "standard_only",
          "default",
          "auto",
          "normal",
          "on_demand",
          "ondemand",
          "unspecified",
          "service_tier_unspecified",
          "traffic_type_unspecified",
          "none");

  private static final Map<String, String> TIERS =
      Map.of(
          "batch", CallTraits.BATCH_TIER,
          "batches", CallTraits.BATCH_TIER,
          "flex", CallTraits.FLEX_TIER,
          "on_demand_flex", CallTraits.FLEX_TIER,
          "service_tier_flex", CallTraits.FLEX_TIER,
          "priority", CallTraits.PRIORITY_TIER,
          "on_demand_priority", CallTraits.PRIORITY_TIER,
          "service_tier_priority", CallTraits.PRIORITY_TIER,
          "fast", CallTraits.FAST_TIER);

  private static final Set<String> ANYWHERE = Set.of("", "global", "not_available", "unspecified");

  private ServiceWords() {}

  /**
   * How a call was served; null where nothing says so. A word that is not known here stays, since
   * what it costs is not known either.
   *
   * @param tier a provider's service tier or kind of traffic
   * @param speed Anthropic's
   * @param region where the provider was asked to compute
   */
  public static @Nullable CallTraits read(
      @Nullable String tier, @Nullable String speed, @Nullable String region) {
    if (tier == null && speed == null && region == null) {
      return null;
    }
    String byTier = word(tier);
    String bySpeed = word(speed);
    String place = region == null ? "" : region.toLowerCase(Locale.ROOT);
    String both = byTier.isEmpty() || bySpeed.isEmpty() ? "" : "+";
    String served = byTier.equals(bySpeed) ? byTier : byTier + both + bySpeed;
    return new CallTraits(
        served.isEmpty() ? CallTraits.PLAIN.tier() : served,
        ANYWHERE.contains(place) ? null : place);
  }

  private static String word(@Nullable String sent) {
    String word = sent == null ? "" : sent.strip().toLowerCase(Locale.ROOT).replace('-', '_');
    return ORDINARY.contains(word) ? "" : TIERS.getOrDefault(word, word);
  }
}
