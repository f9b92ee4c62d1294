package dev.peras.bench;

import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.store.ManyCustomers;
import dev.peras.store.Store;
import dev.peras.store.SweepResult;
import dev.peras.store.TestStore;
import dev.peras.table.CountedTable;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.testing.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a sweep reads, and how that grows with customers, with sessions and with months at risk. */
public final class BenchSweep {
  private static final MovableClock CLOCK = new MovableClock("2026-11-10T12:00:00Z");

  private BenchSweep() {}

  /**
   * One line of the table.
   *
   * @param mostBytes in use during such a sweep, beyond those before it; null where not looked at
   */
  private record Figures(
      String sweep,
      int customers,
      int atRisk,
      SweepResult result,
      CountedTable counted,
      @Nullable Long mostBytes) {}

  public static void main(String[] args) {
    System.out.printf(
        "%nSweeping a table on disk. Every customer has an open session, those at risk have two;"
            + "%n100 sessions are idle at first.%n");
    List<Figures> figures = new ArrayList<>();
    try (TableOnDisk disk = new TableOnDisk()) {
      Crowd small = new Crowd(disk.table(), 10_000, 100);
      figures.addAll(small.sweeps(100));
    }
    try (TableOnDisk disk = new TableOnDisk()) {
      Crowd large = new Crowd(disk.table(), 100_000, 100);
      figures.addAll(large.sweeps(100));
      figures.addAll(large.sweeps(1_000));
    }
    System.out.printf(
        "%n%9s %8s  %-7s %8s %7s %7s %6s %11s %7s %7s %10s%n",
        "customers",
        "at risk",
        "sweep",
        "scanned",
        "judged",
        "closed",
        "pages",
        "read units",
        "writes",
        "s",
        "memory KB");
    figures.forEach(BenchSweep::print);
    System.exit(figures.stream().allMatch(f -> f.result().failed() == 0) ? 0 : 1);
  }

  private static void print(Figures figures) {
    SweepResult result = figures.result();
    System.out.printf(
        Locale.ROOT,
        "%,9d %,8d  %-7s %,8d %,7d %,7d %,6d %,11.1f %,7d %7.2f %10s%n",
        figures.customers(),
        figures.atRisk(),
        figures.sweep(),
        result.scanned(),
        result.atRisk(),
        result.sessionsClosed(),
        figures.counted().indexPages(),
        figures.counted().readUnits(),
        figures.counted().transactions(),
        result.duration().toMillis() / 1e3,
        figures.mostBytes() == null
            ? ""
            : String.format(Locale.ROOT, "%,d", figures.mostBytes() / 1_000));
  }

  /** So many customers in a table of their own. */
  private static final class Crowd {
    private final Table table;
    private final ManyCustomers customers;
    private final int count;
    private int atRisk;

    /**
     * No month is at risk yet.
     *
     * @param idle how many sessions the first sweep has to end
     */
    Crowd(Table table, int count, int idle) {
      this.table = table;
      this.customers = new ManyCustomers(table, store(table), CLOCK);
      this.count = count;
      System.out.printf(Locale.ROOT, "Writing %,d customers%n", count);
      customers.add(count, idle, new Progress("customers", count));
    }

    /** Puts so many at risk, and sweeps twice: when it is news, and when it is not. */
    List<Figures> sweeps(int nowAtRisk) {
      System.out.printf(Locale.ROOT, "Sweeping with %,d at risk%n", nowAtRisk);
      // The first ones' sessions are idle; those at risk are others.
      customers.putAtRisk(count - nowAtRisk, count - atRisk);
      atRisk = nowAtRisk;
      Figures first = sweep("first", new CountedTable(table), null);
      // Memory is looked at in a sweep of its own, since that takes time.
      CLOCK.advance(Duration.ofMinutes(1));
      HeapWatch heap = new HeapWatch(table);
      store(heap).sweep().run(() -> true);
      return List.of(first, sweep("next", new CountedTable(table), heap.most()));
    }

    private Figures sweep(String name, CountedTable counted, @Nullable Long mostBytes) {
      CLOCK.advance(Duration.ofMinutes(1));
      SweepResult result = store(counted).sweep().run(() -> true);
      return new Figures(name, count, atRisk, result, counted, mostBytes);
    }

    private static Store store(Table table) {
      return TestStore.over(
          table, TestStore.settings(ManyCustomers.LIMITS, new ClaimPolicy(true)), CLOCK);
    }
  }

  /** Looks now and then at how much memory is in use beyond that at the start, garbage aside. */
  private static final class HeapWatch extends CountedTable {
    private static final int TRANSACTIONS_BETWEEN_LOOKS = 20;

    private final long atStart;
    private int transactions;
    private long most;

    HeapWatch(Table table) {
      super(table);
      atStart = liveBytes();
    }

    @Override
    public void transact(List<Write> writes) {
      super.transact(writes);
      if (transactions++ % TRANSACTIONS_BETWEEN_LOOKS == 0) {
        most = Math.max(most, liveBytes() - atStart);
      }
    }

    long most() {
      return most;
    }

    private static long liveBytes() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
