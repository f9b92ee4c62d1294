package dev.peras.local;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that can be set to another time, from where it keeps ticking. Thread-safe. */
public final class MovableClock implements InstantSource {
  private volatile Duration offset = Duration.ZERO;

  @Override
  public Instant instant() {
    return Instant.now().plus(offset);
  }

  /** Sets the time that it is now. */
  public void set(Instant now) {
    offset = Duration.between(Instant.now(), now);
  }

  /** Goes back to real time. */
  public void reset() {
    offset = Duration.ZERO;
  }

  boolean isReal() {
    return offset.isZero();
  }
}
