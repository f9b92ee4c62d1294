package dev.peras.store;

import dev.peras.engine.Refusal;
import dev.peras.table.TableBusy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Retries a change that conflicted with another one, after a growing random pause, so that the same
 * writers do not conflict again. Thread-safe if its parts are.
 *
 * @param patience for how long; then the caller is asked to retry
 * @param nanoTime a clock for durations
 * @param onAgain is told of each attempt that has to be made again
 */
public record Retry(
    Duration patience,
    LongSupplier nanoTime,
    RandomGenerator random,
    Sleeper sleeper,
    Runnable onAgain) {
  private static final long FIRST_PAUSE_MICROS = 4_000;
  private static final long LONGEST_PAUSE_MICROS = 250_000;

  /** Without an observer. */
  public Retry(Duration patience, LongSupplier nanoTime, RandomGenerator random, Sleeper sleeper) {
    this(patience, nanoTime, random, sleeper, () -> {});
  }

  /** How to wait. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  /**
   * Real time and randomness. Processes restored from one snapshot would all draw the same numbers
   * from a generator that was seeded once; a SecureRandom is seeded again.
   */
  public static Retry inRealTime(Duration patience) {
    return inRealTime(patience, () -> {});
  }

  /** The same, watched. */
  public static Retry inRealTime(Duration patience, Runnable onAgain) {
    return new Retry(patience, System::nanoTime, new SecureRandom(), Thread::sleep, onAgain);
  }

  /**
   * Runs a change until it happens.
   *
   * @throws Refusal TRY_AGAIN when patience runs out
   */
  <T> T untilDone(Supplier<T> change) {
    long start = nanoTime.getAsLong();
    long pauseMicros = FIRST_PAUSE_MICROS;
    while (true) {
      String why;
      try {
        return change.get();
      } catch (TableBusy | Conflict e) {
        why = String.valueOf(e.getMessage());
        onAgain.run();
      }
      if (nanoTime.getAsLong() - start > patience.toNanos()) {
        throw Refusal.of(
            Refusal.Code.TRY_AGAIN,
            "Too many changes met here at once (" + why + "). Sending this again is safe.");
      }
      pause(random.nextLong(pauseMicros));
      pauseMicros = Math.min(LONGEST_PAUSE_MICROS, pauseMicros * 2);
    }
  }

  private void pause(long micros) {
    try {
      sleeper.sleep(Duration.ofNanos(micros * 1_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.of(Refusal.Code.TRY_AGAIN, "Interrupted. Sending this again is safe.");
    }
  }
}
