package dev.peras.ingestotlp;

import org.jspecify.annotations.Nullable;

/** Thrown when a body can't be read as telemetry at all. The message quotes nothing of it. */
final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  private Unreadable(int status, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.status = status;
  }

  static Unreadable because(String detail, @Nullable Throwable cause) {
    return new Unreadable(400, detail, cause);
  }

  static Unreadable tooLarge(String detail) {
    return new Unreadable(413, detail, null);
  }

  static Unreadable unsupported(String detail) {
    return new Unreadable(415, detail, null);
  }

  int status() {
    return status;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
