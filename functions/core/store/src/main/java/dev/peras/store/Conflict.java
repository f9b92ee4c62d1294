package dev.peras.store;

/** Thrown inside an attempt that found the state moved on. */
final class Conflict extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean showsState;

  /** The next attempt starts afresh, after a pause. */
  Conflict(String why) {
    this(why, false);
  }

  private Conflict(String why, boolean showsState) {
    super(why, null, false, false);
    this.showsState = showsState;
  }

  /** The refusal has shown the state as it is now: worth another attempt at once. */
  static Conflict thatShows(String why) {
    return new Conflict(why, true);
  }

  boolean showsState() {
    return showsState;
  }
}
