package dev.peras.table;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request should be tried again: transactions met on an item, the table throttled, or
 * no answer came. In the last case the write may have happened.
 */
public final class TableBusy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TableBusy(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
