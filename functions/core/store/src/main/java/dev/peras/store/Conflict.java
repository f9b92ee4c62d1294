package dev.peras.store;

/** Thrown inside an attempt whose state was outdated; the next attempt starts afresh. */
final class Conflict extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Conflict(String why) {
    super(why, null, false, false);
  }
}
