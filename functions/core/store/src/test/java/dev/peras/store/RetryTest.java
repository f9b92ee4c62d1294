package dev.peras.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.table.TableBusy;
import dev.peras.table.TimeLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** How a change is tried until it is done, or until there is no more time. */
class RetryTest {
  private final List<Duration> pauses = new ArrayList<>();
  private long nanos;
  private final Retry retry =
      new Retry(
          Duration.ofSeconds(10),
          () -> nanos,
          new Random(1),
          pause -> {
            pauses.add(pause);
            nanos += pause.toNanos();
          });

  /** Fails in some way at each attempt, until the last; remembers when it was told to forget. */
  private static final class Script implements Retry.Attempts<String> {
    private final List<RuntimeException> failures;
    private final List<String> heard = new ArrayList<>();

    Script(RuntimeException... failures) {
      this.failures = new ArrayList<>(List.of(failures));
    }

    @Override
    public String attempt() {
      heard.add("attempt");
      if (failures.isEmpty()) {
        return "done";
      }
      throw failures.removeFirst();
    }

    @Override
    public void forget() {
      heard.add("forget");
    }
  }

  @Test
  void L76_what_a_refusal_has_shown_is_used_at_once_or_not_at_all() {
    Script script =
        new Script(Conflict.thatShows("shown"), new Conflict("moved on"), new TableBusy("b", null));

    assertThat(retry.untilDone(Retry.Pace.YIELDING, script)).isEqualTo("done");
    assertThat(script.heard)
        .containsExactly("attempt", "attempt", "forget", "attempt", "forget", "attempt");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void whoever_is_shown_one_state_after_the_other_pauses_in_the_end() {
    Script script = new Script();
    for (int i = 0; i < 5; i++) {
      script.failures.add(Conflict.thatShows("shown"));
    }

    assertThat(retry.untilDone(Retry.Pace.YIELDING, script)).isEqualTo("done");
    assertThat(pauses).hasSize(1);
  }

  @Test
  void L70_who_changes_limits_pauses_shortly_however_often_it_meets_others() {
    Script script = new Script();
    for (int i = 0; i < 100; i++) {
      script.failures.add(new Conflict("met"));
    }

    assertThat(retry.untilDone(Retry.Pace.STEADY, script)).isEqualTo("done");
    assertThat(pauses).hasSize(100).allMatch(p -> p.compareTo(Duration.ofMillis(15)) <= 0);
  }

  @Test
  void whoever_has_waited_long_pauses_shortly_again() {
    Script script = new Script();
    for (int i = 0; i < 60; i++) {
      script.failures.add(new Conflict("met"));
    }

    assertThat(retry.untilDone(Retry.Pace.YIELDING, script)).isEqualTo("done");
    assertThat(pauses.subList(40, 60)).allMatch(p -> p.compareTo(Duration.ofMillis(4)) <= 0);
    assertThat(pauses.subList(0, 20)).anyMatch(p -> p.compareTo(Duration.ofMillis(8)) > 0);
  }

  @Test
  void L73_all_changes_of_a_call_end_with_its_time() {
    Supplier<String> never =
        () -> {
          throw new Conflict("met");
        };

    refusedWithin(() -> retry.untilDone(never));
    assertThat(nanos).isLessThan(Duration.ofMillis(1_100).toNanos());
  }

  private void refusedWithin(Supplier<String> call) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> TimeLimit.within(Duration.ofSeconds(1), () -> nanos, call))
        .matches(refusal -> refusal.reason() instanceof Reason.TryAgain);
  }

  @Test
  void a_table_that_cannot_be_reached_is_not_blamed_on_others() {
    Supplier<String> unreachable =
        () -> {
          throw new TableBusy("the table did not answer", new IllegalStateException("no route"));
        };

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> retry.untilDone(unreachable))
        .matches(refusal -> refusal.reason() instanceof Reason.TableUnreachable);
  }
}
