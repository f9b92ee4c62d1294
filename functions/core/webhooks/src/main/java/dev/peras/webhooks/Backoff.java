package dev.peras.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait after a failure, of an endpoint or of one message. */
public final class Backoff {
  /** The longest that a receiver may ask us to wait. */
  public static final Duration LONGEST = Duration.ofHours(12);

  /**
   * After failures in a row an endpoint is tried again with one message: soon, and then every five
   * minutes, so that it gets what waits soon after it is up again.
   */
  private static final List<Duration> OF_ENDPOINT =
      List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5));

  /** Soon at first, twice a day in the end: eight attempts within a day. */
  private static final List<Duration> OF_MESSAGE =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(6),
          Duration.ofHours(12));

  /** What is refused is seldom taken later: four attempts within a working day. */
  private static final List<Duration> OF_REFUSED =
      List.of(Duration.ofMinutes(1), Duration.ofMinutes(30), Duration.ofHours(6));

  /** Each delay is up to a fifth shorter or longer, so that what failed together parts. */
  private static final double JITTER = 0.2;

  private Backoff() {}

  /**
   * How long an endpoint gets nothing.
   *
   * @param failures how many attempts in a row failed so far, the last included
   * @param retryAfter what the receiver asked for: a minimum, up to {@link #LONGEST}
   */
  public static Duration ofEndpoint(
      int failures, RandomGenerator random, @Nullable Duration retryAfter) {
    Duration delay = OF_ENDPOINT.get(Math.min(failures, OF_ENDPOINT.size()) - 1);
    Duration pause = jittered(delay, random);
    if (retryAfter == null) {
      return pause;
    }
    Duration asked = retryAfter.compareTo(LONGEST) > 0 ? LONGEST : retryAfter;
    return asked.compareTo(pause) > 0 ? asked : pause;
  }

  /**
   * How long a message waits that its endpoint failed to take.
   *
   * @param attempts how many were made so far
   * @return null when the delivery is dead
   */
  public static @Nullable Duration ofMessage(int attempts, RandomGenerator random) {
    return next(OF_MESSAGE, attempts, random);
  }

  /**
   * How long a message waits that was refused.
   *
   * @param refusals how many there were so far
   * @return null when the delivery is dead
   */
  public static @Nullable Duration ofRefused(int refusals, RandomGenerator random) {
    return next(OF_REFUSED, refusals, random);
  }

  private static @Nullable Duration next(
      List<Duration> delays, int failures, RandomGenerator random) {
    if (failures < 1) {
      throw new IllegalArgumentException("no attempt has failed yet");
    }
    return failures > delays.size() ? null : jittered(delays.get(failures - 1), random);
  }

  private static Duration jittered(Duration delay, RandomGenerator random) {
    double factor = random.nextDouble(1 - JITTER, 1 + JITTER);
    return Duration.ofMillis((long) (delay.toMillis() * factor));
  }
}
