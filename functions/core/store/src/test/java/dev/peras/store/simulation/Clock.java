package dev.peras.store.simulation;

import java.time.Duration;
import java.time.Instant;

/** The time of day: it passes with the scheduler's time, and jumps. */
final class Clock {
  /** How far a process may be ahead or behind. */
  static final Duration MAX_SKEW = Duration.ofSeconds(2);

  private final Scheduler scheduler;
  private Instant base;

  Clock(Scheduler scheduler, Instant start) {
    this.scheduler = scheduler;
    this.base = start;
  }

  Instant now() {
    return base.plusNanos(scheduler.nanos());
  }

  /** No process is behind this. */
  Instant earliest() {
    return now().minus(MAX_SKEW);
  }

  /** No process is ahead of this. */
  Instant latest() {
    return now().plus(MAX_SKEW);
  }

  void jump(Duration by) {
    base = base.plus(by);
  }
}
