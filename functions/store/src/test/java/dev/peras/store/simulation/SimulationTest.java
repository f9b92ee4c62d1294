package dev.peras.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the simulation for about a minute, and sees that everything it is for has happened. */
class SimulationTest {
  /** These are run whatever happens; new ones are tried as long as there is time. */
  private static final int FIXED_SEEDS = 40;

  private static final long NANOS = 40_000_000_000L;

  /** Of each of these there must have been so many for each seed, on average. */
  private static final List<String> KINDS =
      List.of(
          "operation: start -> answered",
          "operation: start -> CUSTOMER_CAP_REACHED",
          "operation: record one event -> answered",
          "operation: record a batch -> answered",
          "operation: hold -> answered",
          "operation: hold -> CUSTOMER_CAP_REACHED",
          "operation: hold -> SESSION_BUDGET_REACHED",
          "operation: release -> answered",
          "operation: end -> answered",
          "operation: limits -> answered",
          "operation: top-up -> answered",
          "operation: sweep -> answered",
          "operation: get month -> answered",
          "operation: get session -> answered",
          "protocol: changes within a claim",
          "protocol: changes that move a claim",
          "protocol: changes by the slow way",
          "protocol: slack pulled back",
          "fault: busy",
          "fault: answer lost",
          "fault: crash before a call",
          "fault: crash after a call",
          "fault: condition failed",
          "resent: never answered",
          "resent: answered before",
          "resent: while under way",
          "sweep: sessions closed",
          "world: clock jumps",
          "world: process replaced",
          "event: item expired");

  /** These are rarer. */
  private static final List<String> RARE_KINDS =
      List.of(
          "operation: record one event -> SESSION_CLOSED",
          "operation: record a batch -> UNKNOWN_MODEL",
          "operation: record a batch -> OCCURRED_AT_IN_FUTURE",
          "operation: record a batch -> EVENT_CONFLICT",
          "operation: hold -> HOLD_EXISTS",
          "operation: hold -> SESSION_ENDED",
          "sweep: months at risk",
          "sweep: months no longer at risk",
          "sweep: out of time",
          "world: clock jumps to a month's end",
          "process: claiming ahead",
          "process: claiming exactly");

  @Test
  void whatever_happens_in_whatever_order_every_invariant_holds() {
    Tally tally = new Tally();
    long start = System.nanoTime();
    long seeds = 0;
    long fresh = start ^ 0x5DEECE66DL;
    while (seeds < FIXED_SEEDS || System.nanoTime() - start < NANOS) {
      seeds++;
      long seed = seeds <= FIXED_SEEDS ? seeds : fresh + seeds;
      String failure = Simulate.failure(seed, Simulate.OPERATIONS, tally, table -> table);
      assertThat(failure).isNull();
    }
    System.out.printf(
        "simulated seeds 1 to %d, and %d fresh ones after %d%n%s%n",
        FIXED_SEEDS,
        seeds - FIXED_SEEDS,
        fresh + FIXED_SEEDS,
        Simulate.report(tally, seeds, System.nanoTime() - start));
    for (String kind : KINDS) {
      assertThat(tally.of(kind)).as(kind).isGreaterThan(2 * seeds);
    }
    for (String kind : RARE_KINDS) {
      assertThat(tally.of(kind)).as(kind).isGreaterThan(seeds / 2);
    }
    assertThat(tally.of("sweep: entries failed")).isLessThan(seeds);
    assertThat(tally.sumEnding("-> TRY_AGAIN")).isLessThan(tally.sum("operation: ") / 1000);
  }

  @Test
  void a_seed_always_does_the_same() {
    for (long seed = 1; seed <= 3; seed++) {
      assertThat(tallyOf(seed)).isEqualTo(tallyOf(seed)).contains("protocol: hand-overs");
    }
  }

  private static String tallyOf(long seed) {
    Tally tally = new Tally();
    Simulate.failure(seed, 500, tally, table -> table);
    return tally.toString();
  }
}
