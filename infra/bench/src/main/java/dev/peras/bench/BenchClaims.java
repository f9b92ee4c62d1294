package dev.peras.bench;

import dev.peras.engine.budgets.Limits;
import dev.peras.store.ClaimsLoad;
import dev.peras.store.TestStore;
import dev.peras.testing.MovableClock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Loads one customer with many sessions at once, far from its limits and across them. */
public final class BenchClaims {
  private static final ClaimsLoad LOAD = new ClaimsLoad(200, 100, 16);

  private BenchClaims() {}

  public static void main(String[] args) throws Exception {
    System.out.printf(
        "%nLoading one customer on a table on disk: %d open sessions, %d records each, %d"
            + " writers.%n",
        LOAD.sessions(), LOAD.records(), LOAD.writers());
    Map<String, Limits> cases = new LinkedHashMap<>();
    cases.put("far: threshold at 10 times the spend", limits("20", "10"));
    cases.put("near: threshold at 50% of it, cap at 90%", limits("0.9", "0.5"));
    Map<String, ClaimsLoad.Result> results = new LinkedHashMap<>();
    for (Map.Entry<String, Limits> entry : cases.entrySet()) {
      System.out.println(entry.getKey());
      try (TableOnDisk disk = new TableOnDisk()) {
        results.put(
            entry.getKey(),
            LOAD.run(
                disk.table(),
                entry.getValue(),
                new MovableClock("2026-11-10T12:00:00Z"),
                new Progress("records", LOAD.total())));
      }
    }
    System.out.printf(
        "%n%-42s %9s %8s %10s %11s %9s %9s  %s%n",
        "limits",
        "records/s",
        "p50 ms",
        "p99 ms",
        "acct writes",
        "a record",
        "retries",
        "all there");
    results.forEach(BenchClaims::print);
    System.exit(results.values().stream().allMatch(BenchClaims::isRight) ? 0 : 1);
  }

  private static Limits limits(String cap, String threshold) {
    return TestStore.limits(LOAD.spend(cap), LOAD.spend(threshold));
  }

  private static boolean isRight(ClaimsLoad.Result result) {
    String all = LOAD.spend("1");
    return result.steps() == LOAD.total()
        && result.spent().toString().equals(all)
        && result.month().spent().toString().equals(all);
  }

  private static void print(String name, ClaimsLoad.Result result) {
    System.out.printf(
        Locale.ROOT,
        "%-42s %,9.0f %8.1f %10.1f %,11d %9.3f %,9d  %s%n",
        name,
        LOAD.total() / result.seconds(),
        result.p50Millis(),
        result.p99Millis(),
        result.accountWrites(),
        (double) result.accountWrites() / LOAD.total(),
        result.again(),
        isRight(result) ? "yes" : "NO");
  }
}
