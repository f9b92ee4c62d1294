package dev.peras.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource({
    "1, PT10S",
    "2, PT1M",
    "3, PT5M",
    "4, PT30M",
    "5, PT2H",
    "6, PT6H",
    "7, PT12H",
  })
  void each_delay_is_up_to_a_fifth_off(int failures, Duration delay) {
    Duration shortest = delay.multipliedBy(4).dividedBy(5).minusMillis(1);
    Duration longest = delay.multipliedBy(6).dividedBy(5);
    assertThat(random.longs(1000))
        .as("seed %d", seed)
        .extracting(each -> Backoff.next(failures, new Random(each), null))
        .allSatisfy(next -> assertThat(next).isBetween(shortest, longest))
        .anySatisfy(next -> assertThat(next).isLessThan(delay))
        .anySatisfy(next -> assertThat(next).isGreaterThan(delay));
  }

  @Test
  void after_the_last_delay_a_delivery_is_dead() {
    assertThat(Backoff.next(8, random, null)).isNull();
    assertThat(Backoff.next(100, random, Duration.ofHours(1))).isNull();
  }

  @Test
  void what_the_receiver_asks_for_is_a_minimum_up_to_12_hours() {
    assertThat(Backoff.next(1, random, Duration.ofMinutes(3))).isEqualTo(Duration.ofMinutes(3));
    assertThat(Backoff.next(1, random, Duration.ofDays(3))).isEqualTo(Duration.ofHours(12));
    assertThat(Backoff.next(4, random, Duration.ofMinutes(3)))
        .isGreaterThan(Duration.ofMinutes(20));
  }

  @Test
  void without_a_failure_there_is_nothing_to_wait_for() {
    assertThatThrownBy(() -> Backoff.next(0, random, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
