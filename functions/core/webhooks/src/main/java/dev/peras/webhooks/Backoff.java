package dev.peras.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When to try a failed delivery again: soon at first, twice a day in the end. */
public final class Backoff {
  /** The longest that a receiver may ask us to wait. */
  public static final Duration LONGEST = Duration.ofHours(12);

  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(6),
          Duration.ofHours(12));

  /** Each delay is up to a fifth shorter or longer, so that what failed together parts. */
  private static final double JITTER = 0.2;

  private Backoff() {}

  /**
   * How long to wait.
   *
   * @param failures how many attempts failed so far, the last included
   * @param retryAfter what the receiver asked for: a minimum, up to {@link #LONGEST}
   * @return null when the delivery is dead
   */
  public static @Nullable Duration next(
      int failures, RandomGenerator random, @Nullable Duration retryAfter) {
    if (failures < 1) {
      throw new IllegalArgumentException("no attempt has failed yet");
    }
    if (failures > DELAYS.size()) {
      return null;
    }
    double factor = random.nextDouble(1 - JITTER, 1 + JITTER);
    Duration delay = Duration.ofMillis((long) (DELAYS.get(failures - 1).toMillis() * factor));
    if (retryAfter == null) {
      return delay;
    }
    Duration asked = retryAfter.compareTo(LONGEST) > 0 ? LONGEST : retryAfter;
    return asked.compareTo(delay) > 0 ? asked : delay;
  }
}
