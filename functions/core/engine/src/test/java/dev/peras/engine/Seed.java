package dev.peras.engine;

import java.util.SplittableRandom;

/** Chance that can be repeated: the seed is printed, and {@code -Dseed=N} sets it. */
public final class Seed {
  private static final long VALUE = Long.getLong("seed", System.nanoTime());

  static {
    System.out.println("Seed " + VALUE + "; the same cases again: -Dseed=" + VALUE);
  }

  private Seed() {}

  /** The chance of one round, independent of other rounds. */
  public static SplittableRandom round(int number) {
    return new SplittableRandom(VALUE + number);
  }

  /** Says in a failure how to see it again. */
  public static String says(int round) {
    return "round " + round + " of seed " + VALUE;
  }
}
