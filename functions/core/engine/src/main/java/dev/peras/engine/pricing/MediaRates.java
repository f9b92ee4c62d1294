package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Media;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a million tokens of audio and images cost, in US dollars, where that is known.
 *
 * <p>Images that are read cost what text costs unless a rate says otherwise: that is how most
 * models count them. Audio, and images that a model makes, cost more nearly everywhere: without a
 * rate they have no price, not the price of text.
 *
 * @param audioCacheRead null for the rate of uncached audio
 * @param imageCacheRead null for the rate of uncached images, or of cached text where images cost
 *     what text costs
 */
public record MediaRates(
    @Nullable Usd audioInput,
    @Nullable Usd audioCacheRead,
    @Nullable Usd imageInput,
    @Nullable Usd imageCacheRead,
    @Nullable Usd audioOutput,
    @Nullable Usd imageOutput) {
  public static final MediaRates UNKNOWN = new MediaRates(null, null, null, null, null, null);

  MediaRates times(BigDecimal factor) {
    return equals(UNKNOWN)
        ? UNKNOWN
        : new MediaRates(
            times(audioInput, factor),
            times(audioCacheRead, factor),
            times(imageInput, factor),
            times(imageCacheRead, factor),
            times(audioOutput, factor),
            times(imageOutput, factor));
  }

  private static @Nullable Usd times(@Nullable Usd rate, BigDecimal factor) {
    return rate == null ? null : Rates.times(rate, factor);
  }

  /** The first kind of tokens that are there and have no rate, as overrides name it. */
  @Nullable String missing(Media media) {
    if (audioInput == null && media.audioInput() + media.audioCacheRead() > 0) {
      return "audio_input";
    }
    if (audioOutput == null && media.audioOutput() > 0) {
      return "audio_output";
    }
    return imageOutput == null && media.imageOutput() > 0 ? "image_output" : null;
  }
}
