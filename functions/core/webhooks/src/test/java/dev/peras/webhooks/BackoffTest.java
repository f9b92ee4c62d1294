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
        .extracting(each -> Backoff.ofMessage(failures, new Random(each)))
        .allSatisfy(next -> assertThat(next).isBetween(shortest, longest))
        .anySatisfy(next -> assertThat(next).isLessThan(delay))
        .anySatisfy(next -> assertThat(next).isGreaterThan(delay));
  }

  @Test
  void after_the_last_delay_a_delivery_is_dead() {
    assertThat(Backoff.ofMessage(8, random)).isNull();
    assertThat(Backoff.ofMessage(100, random)).isNull();
    assertThat(Backoff.ofRefused(3, random)).isNotNull();
    assertThat(Backoff.ofRefused(4, random)).as("the fourth attempt is the last").isNull();
  }

  @Test
  void an_endpoint_is_tried_every_five_minutes_however_long_it_is_down() {
    assertThat(Backoff.ofEndpoint(1, random, null)).isLessThan(Duration.ofSeconds(13));
    for (int failures : new int[] {3, 4, 100}) {
      assertThat(Backoff.ofEndpoint(failures, random, null))
          .as("seed %d", seed)
          .isBetween(Duration.ofMinutes(4).minusMillis(1), Duration.ofMinutes(6));
    }
  }

  @Test
  void what_the_receiver_asks_for_is_a_minimum_up_to_12_hours() {
    assertThat(Backoff.ofEndpoint(1, random, Duration.ofMinutes(3)))
        .isEqualTo(Duration.ofMinutes(3));
    assertThat(Backoff.ofEndpoint(1, random, Duration.ofDays(3))).isEqualTo(Duration.ofHours(12));
    assertThat(Backoff.ofEndpoint(3, random, Duration.ofMinutes(3)))
        .isGreaterThan(Duration.ofMinutes(3));
  }

  @Test
  void without_a_failure_there_is_nothing_to_wait_for() {
    assertThatThrownBy(() -> Backoff.ofMessage(0, random))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
