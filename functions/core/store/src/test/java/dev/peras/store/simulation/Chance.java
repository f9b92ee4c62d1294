package dev.peras.store.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** All chance of a run, drawn from its seed. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** For code under test that wants its own source. */
  SplittableRandom random() {
    return random;
  }

  /** From 0 to the bound, exclusive. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both ends included. */
  int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  boolean percent(double percent) {
    return random.nextInt(100_000) < percent * 1000;
  }

  @SafeVarargs
  final <T> T oneOf(T... options) {
    return options[random.nextInt(options.length)];
  }

  <T> T oneOf(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
