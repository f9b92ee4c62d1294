package dev.peras.table;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When the request at hand has to be answered. The thread that serves it carries the limit, so that
 * retries and requests to the database all end in time, however they are nested. Thread-safe.
 */
public final class TimeLimit {
  private static final ThreadLocal<@Nullable TimeLimit> CURRENT = new ThreadLocal<>();

  private final LongSupplier nanoTime;
  private final long endNanos;

  private TimeLimit(LongSupplier nanoTime, long endNanos) {
    this.nanoTime = nanoTime;
    this.endNanos = endNanos;
  }

  /** Does work that has to be done in so much time; less where a limit is set already. */
  public static <T> T within(Duration time, LongSupplier nanoTime, Supplier<T> work) {
    TimeLimit outer = CURRENT.get();
    long end = nanoTime.getAsLong() + time.toNanos();
    boolean isSooner = outer == null || end - outer.endNanos < 0;
    CURRENT.set(isSooner ? new TimeLimit(nanoTime, end) : outer);
    try {
      return work.get();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /** What is left for the work of this thread, at most so much; 0 when the time is over. */
  public static Duration left(Duration most) {
    TimeLimit current = CURRENT.get();
    if (current == null) {
      return most;
    }
    Duration left = Duration.ofNanos(current.endNanos - current.nanoTime.getAsLong());
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(most) < 0 ? left : most;
  }
}
