package dev.peras.store;

import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import dev.peras.table.CountedTable;
import dev.peras.table.Table;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * One customer's agents at work: many open sessions, to which several writers record at once, each
 * step on another session than the last.
 *
 * @param sessions all open from before the first record to after the last
 * @param records to each session
 * @param writers in parallel, each with sessions of its own
 */
public record ClaimsLoad(int sessions, int records, int writers) {
  /** What one record costs. */
  private static final BigDecimal COST = new BigDecimal("0.001");

  /** How many processes the writers spread over, each with a memory of its own. */
  private static final int PROCESSES = 4;

  private static final String CUSTOMER = "acme";

  /**
   * What happened.
   *
   * @param month as it stands after the last record, all sessions being open
   * @param spent the sum of what the sessions themselves have recorded
   * @param steps the sum of theirs
   * @param seconds from the first record to the last
   * @param accountWrites of the starts and the records
   * @param again transactions that were tried again
   * @param p50Millis how long a record took
   */
  public record Result(
      CustomerMonth month,
      Usd spent,
      long steps,
      double seconds,
      long accountWrites,
      long again,
      double p50Millis,
      double p99Millis) {}

  /** How many records there are in all. */
  public int total() {
    return sessions * records;
  }

  /** The given part of all that is spent, which is 1. */
  public String spend(String part) {
    return COST.multiply(BigDecimal.valueOf(total()))
        .multiply(new BigDecimal(part))
        .stripTrailingZeros()
        .toPlainString();
  }

  /**
   * Runs it.
   *
   * @param limits of the customer
   * @param progress hears how many records are done
   * @throws dev.peras.engine.Refusal what a record was refused with; none may be
   */
  public Result run(Table table, Limits limits, InstantSource clock, IntConsumer progress)
      throws InterruptedException, ExecutionException {
    CountedTable counted = new CountedTable(table);
    List<Store> processes =
        IntStream.range(0, PROCESSES)
            .mapToObj(i ->
                TestStore.over(counted, TestStore.settings(limits, new ClaimPolicy(true)), clock))
            .toList();
    for (int s = 0; s < sessions; s++) {
      process(processes, s).sessions().start(TestStore.start("s" + s, CUSTOMER));
    }
    long[] nanos = new long[total()];
    AtomicInteger done = new AtomicInteger();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Future<?>> work = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        work.add(
            threads.submit(() -> {
              for (int r = 0; r < records; r++) {
                for (int s = writer; s < sessions; s += writers) {
                  long before = System.nanoTime();
                  process(processes, s)
                      .sessions()
                      .record("s" + s, List.of(TestStore.costing("e" + r, COST.toString())));
                  nanos[s * records + r] = System.nanoTime() - before;
                  progress.accept(done.incrementAndGet());
                }
              }
            }));
      }
      for (Future<?> writer : work) {
        writer.get();
      }
    }
    double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
    Arrays.sort(nanos);
    long accountWrites = counted.accountWrites();
    long again = counted.refused();
    Usd spent = Usd.ZERO;
    long steps = 0;
    for (int s = 0; s < sessions; s++) {
      var session = processes.getFirst().sessions().get("s" + s);
      spent = spent.plus(session.spent());
      steps += session.steps();
    }
    CustomerMonth month = processes.getFirst().customers().get(CUSTOMER, true);
    return new Result(
        month,
        spent,
        steps,
        seconds,
        accountWrites,
        again,
        percentileMillis(nanos, 50),
        percentileMillis(nanos, 99));
  }

  private static double percentileMillis(long[] sortedNanos, int percentile) {
    int rank = Math.ceilDiv(sortedNanos.length * percentile, 100);
    return sortedNanos[rank - 1] / 1e6;
  }

  private static Store process(List<Store> processes, int session) {
    return processes.get(session % processes.size());
  }
}
