package dev.peras.store;

import dev.peras.engine.pricing.PriceOverrides;
import org.jspecify.annotations.Nullable;

/**
 * The price overrides as they were read last. Stores that share one see each other's changes at
 * once; others see them when their copy is a minute old. Thread-safe.
 */
public final class OverrideCache {
  /**
   * All overrides.
   *
   * @param readAtNanos when they were asked for
   */
  record Read(PriceOverrides overrides, long readAtNanos) {}

  private @Nullable Read last;

  synchronized @Nullable Read last() {
    return last;
  }

  /** Keeps the result of the latest query, whichever answer arrived last. */
  synchronized void keep(Read read) {
    if (last == null || read.readAtNanos() - last.readAtNanos() >= 0) {
      last = read;
    }
  }
}
