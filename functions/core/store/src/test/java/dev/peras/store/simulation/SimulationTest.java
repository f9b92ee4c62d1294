package dev.peras.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.embedded.EmbeddedTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the simulation for about a minute, and sees that everything it is for has happened. */
class SimulationTest {
  /** These are run whatever happens; new ones are tried as long as there is time. */
  private static final int FIXED_SEEDS = 40;

  private static final long NANOS = 30_000_000_000L;

  /** Of each of these there must have been so many for each seed, on average. */
  private static final List<String> KINDS =
      List.of(
          "operation: start -> answered",
          "operation: start -> CustomerCapReached",
          "operation: record one event -> answered",
          "operation: record a batch -> answered",
          "operation: hold -> answered",
          "operation: hold -> CustomerCapReached",
          "operation: hold -> SessionBudgetReached",
          "operation: release -> answered",
          "operation: end -> answered",
          "operation: limits -> answered",
          "operation: top-up -> answered",
          "operation: sweep -> answered",
          "operation: get month -> answered",
          "operation: get session -> answered",
          "protocol: changes within a claim",
          "protocol: changes that claim ahead",
          "protocol: exact changes",
          "protocol: claims pulled",
          "account: tight",
          "account: wide again",
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
          "operation: record one event -> SessionClosed",
          "operation: record a batch -> NoPrice",
          "operation: record a batch -> OccurredAtInFuture",
          "operation: record a batch -> EventRecordedBefore",
          "operation: hold -> HoldOver",
          "operation: hold -> SessionEnded",
          "protocol: expired holds taken back",
          "account: to be judged",
          "account: judged",
          "account: first refusal",
          "sweep: months at risk",
          "sweep: months no longer at risk",
          "sweep: out of time",
          "world: clock jumps to a month's end",
          "process: claiming ahead",
          "process: claiming exactly");

  @Test
  void whatever_happens_in_whatever_order_every_invariant_holds() {
    String wanted = System.getProperty("seeds");
    if (wanted == null) {
      fixedAndFreshSeeds();
    } else {
      seeds(wanted);
    }
  }

  private static void fixedAndFreshSeeds() {
    Run run = new Run();
    for (int seed = 1; seed <= FIXED_SEEDS; seed++) {
      run.seed(seed);
    }
    long fresh = System.nanoTime() & 0xFFFF_FFFFL;
    long last = fresh;
    // A build server plays the same seeds each time, so that what turns red is the change.
    boolean isBuildServer = System.getenv("CI") != null;
    while (!isBuildServer && System.nanoTime() - run.start < NANOS) {
      run.seed(last++);
    }
    System.out.printf("simulated seeds 1..%d and %d..%d%n", FIXED_SEEDS, fresh, last - 1);
    run.report();
    run.checkThatAllHappened();
  }

  /** Runs what {@code -Dseeds=} names: {@code 17} or {@code 1..1000}. */
  private static void seeds(String wanted) {
    int dots = wanted.indexOf("..");
    long first = Long.parseLong(dots < 0 ? wanted : wanted.substring(0, dots));
    long last = dots < 0 ? first : Long.parseLong(wanted.substring(dots + 2));
    Run run = new Run();
    for (long seed = first; seed <= last; seed++) {
      run.seed(seed);
      if (run.seeds % 100 == 0) {
        System.out.printf("%,d seeds%n", run.seeds);
      }
    }
    run.report();
  }

  /** Many seeds, and what happened in all of them. */
  private static final class Run {
    private final long start = System.nanoTime();
    private final Tally tally = new Tally();
    private long seeds;

    void seed(long seed) {
      String failure = Simulate.failure(seed, Simulate.OPERATIONS, tally, table -> table);
      if (failure != null) {
        System.out.println(failure);
        throw new AssertionError(failure.substring(failure.indexOf("Seed ")));
      }
      seeds++;
    }

    void report() {
      double seconds = (System.nanoTime() - start) / 1e9;
      long operations = tally.sum("operation: ");
      System.out.printf(
          "%s%,d seeds, %,d operations in %.0f s: %.1f seeds and %,.0f operations a second%n",
          tally, seeds, operations, seconds, seeds / seconds, operations / seconds);
    }

    void checkThatAllHappened() {
      for (String kind : KINDS) {
        assertThat(tally.of(kind)).as(kind).isGreaterThan(2 * seeds);
      }
      for (String kind : RARE_KINDS) {
        assertThat(tally.of(kind)).as(kind).isGreaterThan(seeds / 2);
      }
      assertThat(tally.sumEnding("-> ConcurrentUpdates") + tally.sumEnding("-> TableUnreachable"))
          .isLessThan(tally.sum("operation: ") / 500);
    }
  }

  /** It decides as the table in memory does, so every answer is the same. */
  @Test
  void the_embedded_table_plays_the_same_as_the_one_in_memory() {
    for (long seed = 1; seed <= 3; seed++) {
      Tally tally = new Tally();
      try (EmbeddedTable table = EmbeddedTable.inMemory(EmbeddedTable.Observer.NONE)) {
        assertThat(Simulate.outcome(seed, 500, table, tally, Trace.NONE, mutated -> mutated))
            .as("seed " + seed)
            .isNull();
      }
      assertThat(tally.toString()).isEqualTo(tallyOf(seed));
    }
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
