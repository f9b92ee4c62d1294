package dev.peras.local;

import java.io.Serial;

/** Says to a person, in one sentence, why the runner cannot start and what to do about it. */
public final class CannotStartException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  CannotStartException(String message) {
    super(message);
  }

  CannotStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
