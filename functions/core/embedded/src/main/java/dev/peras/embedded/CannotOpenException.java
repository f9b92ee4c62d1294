package dev.peras.embedded;

import java.io.Serial;

/** Says to a person, in one sentence, why data cannot be used and what to do about it. */
public final class CannotOpenException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  CannotOpenException(String message, Throwable cause) {
    super(message, cause);
  }

  CannotOpenException(String message) {
    super(message);
  }
}
