package dev.peras.budgetsweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.http.Metrics;
import dev.peras.http.TestContext;
import dev.peras.store.HoldRequest;
import dev.peras.testing.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetSweepFunctionTest {
  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final Services peras = TestServices.create(clock);
  private final List<Map<String, Object>> reported = new ArrayList<>();
  private final BudgetSweepFunction function =
      new BudgetSweepFunction(peras.sweep(), System::nanoTime, reported::add, Metrics.NONE);

  @Test
  void says_what_it_did() {
    TestServices.start(peras, "s", "c");
    clock.advance(Duration.ofMinutes(60));

    Map<String, Object> result = sweep();

    assertThat(result.keySet())
        .containsExactly(
            "scanned",
            "at_risk",
            "capped",
            "sessions_closed",
            "healed",
            "failed",
            "duration_ms",
            "finished");
    assertThat(result)
        .containsEntry("scanned", 1)
        .containsEntry("sessions_closed", 1)
        .containsEntry("failed", 0)
        .containsEntry("finished", true);
    assertThat(reported).containsExactly(result);
    assertThat(sweep()).containsEntry("sessions_closed", 0);
  }

  @Test
  void an_unexpired_hold_keeps_a_session_open() {
    TestServices.start(peras, "s", "c");
    clock.advance(Duration.ofMinutes(30));
    peras
        .sessions()
        .hold(
            "s", new HoldRequest("h", Usd.of("1"), null, null, Duration.ofHours(1), Hash.of("h")));
    clock.advance(Duration.ofMinutes(59));

    assertThat(sweep()).containsEntry("sessions_closed", 0);
    clock.advance(Duration.ofHours(1));
    assertThat(sweep()).containsEntry("sessions_closed", 1);
  }

  @Test
  void does_nothing_without_time_and_says_that_it_has_not_finished() {
    TestServices.start(peras, "s", "c");
    clock.advance(Duration.ofMinutes(60));
    long[] nanoTime = {0};
    BudgetSweepFunction slow =
        new BudgetSweepFunction(
            peras.sweep(),
            () -> nanoTime[0] += Duration.ofMinutes(5).toNanos(),
            reported::add,
            Metrics.NONE);

    Map<String, Object> result = slow.handleRequest(Map.of(), TestContext.withRemaining(300_000));

    assertThat(result).containsEntry("scanned", 0).containsEntry("finished", false);
    assertThat(sweep()).containsEntry("sessions_closed", 1);
  }

  private Map<String, Object> sweep() {
    return function.handleRequest(Map.of("any", "thing"), TestContext.withRemaining(300_000));
  }
}
