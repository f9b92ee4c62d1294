package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.table.TableBusy;
import dev.peras.table.TimeLimit;
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
 * @param turns of those who change one session in this process
 */
public record Retry(
    Duration patience,
    LongSupplier nanoTime,
    RandomGenerator random,
    Sleeper sleeper,
    Runnable onAgain,
    Turns turns) {
  private static final System.Logger LOG = System.getLogger(Retry.class.getName());
  private static final long FIRST_PAUSE_MICROS = 4_000;

  /** So often an attempt follows at once on one that was shown the state. */
  private static final int ATTEMPTS_AT_ONCE = 4;

  /** From this age on pauses shrink. */
  private static final long OLD_NANOS = 500_000_000;

  private static final long SHORT_PAUSE_MICROS = 5_000;
  private static final long LONGEST_PAUSE_MICROS = 64_000;

  /** Without an observer, and without turns. */
  public Retry(Duration patience, LongSupplier nanoTime, RandomGenerator random, Sleeper sleeper) {
    this(patience, nanoTime, random, sleeper, () -> {}, Turns.NONE);
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
    return new Retry(
        patience, System::nanoTime, new SecureRandom(), Thread::sleep, onAgain, Turns.fair());
  }

  /** How long to wait between attempts. */
  enum Pace {
    /**
     * Longer and longer at first, so that those who meet get out of each other's way; then shorter
     * again, so that whoever has waited longest goes first.
     */
    YIELDING,

    /** Shortly, for what is rare and must not lose its turn to records that go on and on. */
    STEADY
  }

  /** A change as several attempts at it, which remember what the one before has learned. */
  interface Attempts<T> {
    T attempt();

    /** Time has passed: what was learned is out of date. */
    void forget();
  }

  /**
   * Runs a change until it happens.
   *
   * @throws Refusal TryAgain when patience runs out
   */
  <T> T untilDone(Supplier<T> change) {
    return untilDone(
        Pace.YIELDING,
        new Attempts<T>() {
          @Override
          public T attempt() {
            return change.get();
          }

          @Override
          public void forget() {}
        });
  }

  /**
   * Changes a session, when its turn has come.
   *
   * @param attempts made when it has, so that they begin with what is known by then
   */
  <T> T inTurn(String sessionId, Pace pace, Supplier<Attempts<T>> attempts) {
    try {
      return turns.inTurn(sessionId, patience, () -> untilDone(pace, attempts.get()));
    } catch (TableBusy e) {
      throw tryAgain(e);
    }
  }

  /** The same for a change that learns from its attempts. */
  <T> T untilDone(Pace pace, Attempts<T> attempts) {
    long start = nanoTime.getAsLong();
    long patienceNanos = TimeLimit.left(patience).toNanos();
    long longestMicros = FIRST_PAUSE_MICROS;
    int atOnce = 0;
    while (true) {
      RuntimeException why;
      try {
        return attempts.attempt();
      } catch (TableBusy | Conflict e) {
        why = e;
        onAgain.run();
      }
      long age = nanoTime.getAsLong() - start;
      if (age > patienceNanos) {
        throw tryAgain(why);
      }
      boolean showsState = why instanceof Conflict conflict && conflict.showsState();
      if (showsState && atOnce < ATTEMPTS_AT_ONCE) {
        atOnce++;
        continue;
      }
      atOnce = 0;
      attempts.forget();
      if (pace == Pace.STEADY) {
        pauseShortly();
      } else {
        pause(random.nextLong(longestMicros));
        boolean isOld = age > OLD_NANOS;
        longestMicros =
            isOld
                ? Math.max(FIRST_PAUSE_MICROS, longestMicros / 2)
                : Math.min(LONGEST_PAUSE_MICROS, longestMicros * 2);
      }
    }
  }

  /**
   * Says which of the two it was: others changed the same state, or the table could not be reached.
   * The latter has a cause that operators need.
   */
  private static Refusal tryAgain(RuntimeException why) {
    if (why instanceof TableBusy && why.getCause() != null) {
      LOG.log(System.Logger.Level.WARNING, "The table did not answer in time", why);
      return Refusal.because(new Reason.TableUnreachable(), why);
    }
    return Refusal.because(new Reason.ConcurrentUpdates(), why);
  }

  /** Waits a moment, for whoever tries again by itself and must not lose its turn. */
  void pauseShortly() {
    pause(SHORT_PAUSE_MICROS + random.nextLong(2 * SHORT_PAUSE_MICROS));
  }

  private void pause(long micros) {
    try {
      sleeper.sleep(Duration.ofNanos(micros * 1_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.because(new Reason.ConcurrentUpdates(), e);
    }
  }
}
