package dev.peras.table;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request should be retried: transactions conflicted, the table throttled, or no
 * answer came. In the last case the write may have happened.
 */
public final class TableBusy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TableBusy(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
