package dev.peras.store;

import org.jspecify.annotations.Nullable;

/**
 * The price overrides as they were read last. Stores that share one hear at once of what any of
 * them changed; others hear of it when their copy is a minute old. Thread-safe.
 */
public final class OverrideCache {
  /**
   * All overrides.
   *
   * @param readAtNanos when they were asked for
   */
  record Read(Overrides overrides, long readAtNanos) {}

  private @Nullable Read last;

  synchronized @Nullable Read last() {
    return last;
  }

  /** Keeps what was asked for last, whichever answer came last. */
  synchronized void keep(Read read) {
    if (last == null || read.readAtNanos() - last.readAtNanos() >= 0) {
      last = read;
    }
  }
}
