package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Media;
import dev.peras.engine.usage.Tokens;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The cost of a million tokens of each bucket, in US dollars.
 *
 * @param reasoning the rate of reasoning tokens where a provider prices them apart from other
 *     output; null where they cost what output costs
 */
public record Rates(
    Usd input,
    Usd output,
    Usd cacheRead,
    Usd cacheWrite,
    Usd cacheWrite1h,
    @Nullable Usd reasoning,
    MediaRates media) {

  /** Rates of a model whose audio and images have none of their own. */
  public Rates(
      Usd input,
      Usd output,
      Usd cacheRead,
      Usd cacheWrite,
      Usd cacheWrite1h,
      @Nullable Usd reasoning) {
    this(input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning, MediaRates.UNKNOWN);
  }

  /** Rates without a cache discount: a cache rate that is not given is the input rate, never 0. */
  public static Rates of(Usd input, Usd output) {
    return new Rates(input, output, input, input, input, null);
  }

  /** The exact cost, not rounded: rates have up to 9 decimals, so costs have up to 15. */
  public Usd costOf(Tokens tokens) {
    return costOf(tokens, Media.NONE);
  }

  /**
   * The exact cost of tokens of which some stand for audio and images.
   *
   * @throws IllegalArgumentException when audio is counted and has no rate
   */
  public Usd costOf(Tokens tokens, Media parts) {
    boolean hasMedia = !parts.isNone();
    long plainOutput = reasoning == null ? tokens.output() : tokens.output() - tokens.reasoning();
    long plainInput = tokens.input();
    long plainRead = tokens.cacheRead();
    if (hasMedia) {
      plainOutput -= parts.audioOutput() + parts.imageOutput();
      plainInput -= parts.audioInput() + parts.imageInput();
      plainRead -= parts.audioCacheRead() + parts.imageCacheRead();
    }
    BigDecimal sum = times(input, plainInput);
    sum = add(sum, output, plainOutput);
    sum = add(sum, cacheRead, plainRead);
    sum = add(sum, cacheWrite, tokens.cacheWrite());
    sum = add(sum, cacheWrite1h, tokens.cacheWrite1h());
    if (reasoning != null) {
      sum = add(sum, reasoning, tokens.reasoning());
    }
    if (hasMedia) {
      sum = sum.add(mediaCost(parts));
    }
    return new Usd(sum.movePointLeft(6));
  }

  private BigDecimal mediaCost(Media parts) {
    String missing = media.missing(parts);
    if (missing != null) {
      throw new IllegalArgumentException("no rate of " + missing);
    }
    Usd image = media.imageInput() == null ? input : media.imageInput();
    Usd cachedImage = media.imageInput() == null ? cacheRead : media.imageInput();
    BigDecimal sum = times(image, parts.imageInput());
    sum = add(sum, or(media.imageCacheRead(), cachedImage), parts.imageCacheRead());
    sum = add(sum, or(media.audioInput(), input), parts.audioInput());
    sum =
        add(sum, or(media.audioCacheRead(), or(media.audioInput(), input)), parts.audioCacheRead());
    sum = add(sum, or(media.audioOutput(), output), parts.audioOutput());
    return add(sum, or(media.imageOutput(), output), parts.imageOutput());
  }

  /** All rates so many times. */
  public Rates times(BigDecimal factor) {
    return new Rates(
        times(input, factor),
        times(output, factor),
        times(cacheRead, factor),
        times(cacheWrite, factor),
        times(cacheWrite1h, factor),
        reasoning == null ? null : times(reasoning, factor),
        media.times(factor));
  }

  static Usd times(Usd rate, BigDecimal factor) {
    return new Usd(rate.value().multiply(factor));
  }

  private static Usd or(@Nullable Usd rate, Usd other) {
    return rate == null ? other : rate;
  }

  private static BigDecimal add(BigDecimal sum, Usd rate, long count) {
    return count == 0 ? sum : sum.add(times(rate, count));
  }

  private static BigDecimal times(Usd rate, long count) {
    return rate.value().multiply(BigDecimal.valueOf(count));
  }
}
