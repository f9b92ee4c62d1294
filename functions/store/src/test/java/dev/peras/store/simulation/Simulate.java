package dev.peras.store.simulation;

import dev.peras.store.Table;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs simulations of many seeds: {@code make simulate SEEDS=1..1000}. */
final class Simulate {
  static final int OPERATIONS = 2_000;

  private Simulate() {}

  /** Runs seeds and reports; stops at the first that fails. */
  public static void main(String[] args) {
    String seeds = args.length == 0 ? "1..1000" : args[0];
    int operations = args.length < 2 ? OPERATIONS : Integer.parseInt(args[1]);
    int dots = seeds.indexOf("..");
    long first = Long.parseLong(dots < 0 ? seeds : seeds.substring(0, dots));
    long last = dots < 0 ? first : Long.parseLong(seeds.substring(dots + 2));
    Tally tally = new Tally();
    long start = System.nanoTime();
    for (long seed = first; seed <= last; seed++) {
      String failure = failure(seed, operations, tally, table -> table);
      if (failure != null) {
        System.out.println(failure);
        System.exit(1);
      }
    }
    System.out.println(report(tally, last - first + 1, System.nanoTime() - start));
  }

  static String report(Tally tally, long seeds, long nanos) {
    double seconds = nanos / 1e9;
    long operations = tally.sum("operation: ");
    return "%s%,d seeds, %,d operations in %.0f s: %.1f seeds and %,.0f operations a second"
        .formatted(tally, seeds, operations, seconds, seeds / seconds, operations / seconds);
  }

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

  private static @Nullable String outcome(
      long seed, int operations, Tally tally, Trace trace, UnaryOperator<Table> mutation) {
    try {
      new Simulation(seed, operations, tally, trace, mutation).run();
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
