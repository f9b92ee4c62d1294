package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.MediaRates;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.pricing.Surcharges;
import dev.peras.engine.usage.CallTraits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads prices in US dollars per million tokens: rates, context tiers, service tiers; fees in US
 * dollars for one of a kind; and by how much regions are dearer.
 */
public final class PriceReader {
  private static final int MAX_TIERS = 10;
  private static final int MAX_FEES = 50;
  private static final Rule<Long> BOUND = Rule.integer(1, 1_000_000_000);
  private static final Rule<String> KIND = Rule.matching("[a-z0-9_]{1,64}", "1 to 64 of a-z 0-9 _");
  private static final Rule<String> REGION =
      Rule.matching("[a-z0-9_-]{1,64}", "1 to 64 of a-z 0-9 _ -");

  private final Rule<Usd> rate;
  private final boolean isTable;

  private PriceReader(Rule<Usd> rate, boolean isTable) {
    this.rate = rate;
    this.isTable = isTable;
  }

  /**
   * A reader of prices.
   *
   * @param rate how a rate is written: the API takes numbers, the shipped table has strings
   */
  public PriceReader(Rule<Usd> rate) {
    this(rate, false);
  }

  /** A reader of the shipped table, in which a service may be a multiple of the rates. */
  static PriceReader ofTable(Rule<Usd> rate) {
    return new PriceReader(rate, true);
  }

  public Price read(Fields fields) {
    Rates rates = rates(fields);
    List<Price.Tier> tiers = tiers(fields);
    Map<String, Price> services = new HashMap<>();
    for (String tier : CallTraits.PRICED_TIERS) {
      Price served = fields.object(tier, service -> service(service, rates, tiers));
      if (served != null) {
        services.put(tier, served);
      }
    }
    Map<String, BigDecimal> regions = new HashMap<>();
    fields
        .map("regions", REGION, isTable ? rate : Rule.FACTOR, MAX_FEES)
        .forEach((region, times) -> regions.put(region, times.value()));
    return new Price(rates, tiers, services, new Surcharges(fees(fields), regions));
  }

  Map<String, Usd> fees(Fields fields) {
    return fields.map("fees", KIND, rate, MAX_FEES);
  }

  private Price service(Fields fields, Rates rates, List<Price.Tier> tiers) {
    JsonNode times = isTable ? fields.node("times") : null;
    if (times == null) {
      return new Price(rates(fields), tiers(fields), null);
    }
    BigDecimal factor = fields.get("times", rate).value();
    return new Price(
        rates.times(factor),
        tiers.stream()
            .map(tier -> new Price.Tier(tier.aboveInputTokens(), tier.rates().times(factor)))
            .toList(),
        null);
  }

  /** A cache rate that is left out is the input rate, never 0. */
  private Rates rates(Fields fields) {
    Usd input = fields.get("input", rate);
    return new Rates(
        input,
        fields.get("output", rate),
        fields.find("cache_read", rate, input),
        fields.find("cache_write", rate, input),
        fields.find("cache_write_1h", rate, input),
        fields.find("reasoning", rate),
        media(fields));
  }

  private MediaRates media(Fields fields) {
    @Nullable Usd audioInput = fields.find("audio_input", rate);
    @Nullable Usd audioCacheRead = fields.find("audio_cache_read", rate);
    @Nullable Usd imageInput = fields.find("image_input", rate);
    @Nullable Usd imageCacheRead = fields.find("image_cache_read", rate);
    @Nullable Usd audioOutput = fields.find("audio_output", rate);
    @Nullable Usd imageOutput = fields.find("image_output", rate);
    MediaRates media =
        new MediaRates(
            audioInput, audioCacheRead, imageInput, imageCacheRead, audioOutput, imageOutput);
    return media.equals(MediaRates.UNKNOWN) ? MediaRates.UNKNOWN : media;
  }

  private List<Price.Tier> tiers(Fields fields) {
    List<Price.Tier> tiers = new ArrayList<>(0);
    fields.objects("tiers", 0, MAX_TIERS, entry -> addTier(tiers, entry));
    return tiers;
  }

  private boolean addTier(List<Price.Tier> tiers, Fields entry) {
    long last = tiers.isEmpty() ? 0 : tiers.getLast().aboveInputTokens();
    long bound = entry.get("above_input_tokens", BOUND);
    Rates rates = rates(entry);
    if (bound > last) {
      return tiers.add(new Price.Tier(bound, rates));
    }
    if (entry.isSound()) {
      entry.fault("above_input_tokens", "must be more than in the tier before it");
    }
    return false;
  }
}
