package dev.peras.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. Not thread-safe. */
public final class TestClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  public void set(String instant) {
    now = Instant.parse(instant);
  }

  public void advance(Duration time) {
    now = now.plus(time);
  }
}
