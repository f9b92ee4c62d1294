package dev.peras.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.http.TestContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineTest {
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1000);

  @ParameterizedTest
  @CsvSource({
    "300000, 285000",
    "60000, 45000",
    "30000, 15000",
    "20000, 10000",
    "3000, 1500",
    "0, 60000",
    "-1, 60000",
    "-2147483648, 60000"
  })
  void ends_early_enough(int remainingMillis, long usedMillis) {
    assertEndsAfter(
        usedMillis, Deadline.within(TestContext.withRemaining(remainingMillis), nanoTime::get));
  }

  @Test
  void knows_what_to_do_without_a_context() {
    assertEndsAfter(60_000, Deadline.within(null, nanoTime::get));
  }

  private void assertEndsAfter(long millis, Deadline box) {
    nanoTime.addAndGet(Duration.ofMillis(millis).toNanos() - 1);
    assertThat(box.getAsBoolean()).isTrue();
    nanoTime.addAndGet(1);
    assertThat(box.getAsBoolean()).isFalse();
  }
}
