package dev.peras.store.simulation;

import dev.peras.store.Store;
import java.time.Duration;
import java.time.Instant;

/** A process that serves requests: a store with its own memory and its own idea of the time. */
final class Instance {
  private final Clock clock;
  private final Duration skew;
  private final Store store;

  /** Makes the store of a process, given its clock. */
  interface Maker {
    Store make(java.time.InstantSource clock);
  }

  Instance(Clock clock, Duration skew, Maker maker) {
    this.clock = clock;
    this.skew = skew;
    this.store = maker.make(this::now);
  }

  Instant now() {
    return clock.now().plus(skew);
  }

  Store store() {
    return store;
  }
}
