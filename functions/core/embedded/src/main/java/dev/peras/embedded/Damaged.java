package dev.peras.embedded;

import java.io.Serial;

/** Thrown when what is read is not what was written. */
public final class Damaged extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  Damaged(String message) {
    super(message);
  }

  Damaged(String message, Throwable cause) {
    super(message, cause);
  }
}
