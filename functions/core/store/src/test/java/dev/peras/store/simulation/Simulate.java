package dev.peras.store.simulation;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs a seed, and tells its story where it fails. */
final class Simulate {
  static final int OPERATIONS = 2_000;

  private Simulate() {}

  /** What is wrong with the run of a seed, told with its last steps; null if nothing is. */
  static @Nullable String failure(
      long seed, int operations, Tally tally, UnaryOperator<Table> mutation) {
    String first = outcome(seed, operations, tally, Trace.NONE, mutation);
    if (first == null) {
      return null;
    }
    Trace trace = new Trace();
    String again = outcome(seed, operations, new Tally(), trace, mutation);
    String replayed = first.equals(again) ? "" : "%nBUT THE REPLAY SAID: %s".formatted(again);
    return "%s%nSeed %d fails: %s%s%nReplay: make simulate SEEDS=%d"
        .formatted(trace, seed, first, replayed, seed);
  }

  static @Nullable String outcome(
      long seed, int operations, Tally tally, Trace trace, UnaryOperator<Table> mutation) {
    return outcome(seed, operations, new MemoryTable(), tally, trace, mutation);
  }

  static @Nullable String outcome(
      long seed,
      int operations,
      Table on,
      Tally tally,
      Trace trace,
      UnaryOperator<Table> mutation) {
    try {
      new Simulation(seed, operations, on, tally, trace, mutation).run();
      return null;
    } catch (Violation violation) {
      return violation.getMessage();
    } catch (IllegalStateException e) {
      java.io.StringWriter text = new java.io.StringWriter();
      e.printStackTrace(new java.io.PrintWriter(text));
      return text.toString();
    }
  }
}
