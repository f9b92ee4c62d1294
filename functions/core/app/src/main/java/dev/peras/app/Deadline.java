package dev.peras.app;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A deadline for background work. Thread-safe.
 *
 * @param endNanos by {@code nanoTime}
 */
public record Deadline(LongSupplier nanoTime, long endNanos) implements BooleanSupplier {
  /** Reserved for the entry in progress at the end, which may retry for as long as any call. */
  private static final Duration RESERVE = Services.PATIENCE.plusSeconds(5);

  /** The time without a Lambda deadline, as under servers that only imitate Lambda. */
  private static final Duration UNKNOWN = Duration.ofMinutes(1);

  /**
   * The time that Lambda gives, less the reserve, but at least half of it, so that some work is
   * done.
   */
  public static Deadline within(@Nullable Context context, LongSupplier nanoTime) {
    Duration given =
        Duration.ofMillis(context == null ? 0 : Math.max(0, context.getRemainingTimeInMillis()));
    Duration half = given.dividedBy(2);
    Duration most = given.minus(half.compareTo(RESERVE) < 0 ? half : RESERVE);
    Duration time = given.isZero() ? UNKNOWN : most;
    return new Deadline(nanoTime, nanoTime.getAsLong() + time.toNanos());
  }

  /** Whether there is time left. */
  @Override
  public boolean getAsBoolean() {
    return endNanos - nanoTime.getAsLong() > 0;
  }
}
