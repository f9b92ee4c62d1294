package dev.peras.bench;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Times the engine in about a minute: each figure is the work of one call in a warm function. */
public final class BenchEngine {
  /** The most nanoseconds that an operation should take. */
  private static final Map<String, Integer> TARGETS =
      Map.of("recordOneEvent", 2_000, "knownName", 200, "pattern", 2_000);

  private BenchEngine() {}

  /**
   * Times it.
   *
   * @param args what to time, as regular expressions of the operations' names; all if none
   */
  public static void main(String[] args) throws RunnerException {
    System.out.println("Timing the engine; this takes about a minute.");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    for (String operation : args.length == 0 ? new String[] {""} : args) {
      options.include(EngineBenchmarks.class.getName() + "\\..*" + operation);
      options.include(PriceBenchmarks.class.getName() + "\\..*" + operation);
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    System.out.printf(
        Locale.ROOT,
        "%n%-16s %18s %8s %8s   %s%n",
        "operation",
        "ns/op",
        "median",
        "B/op",
        "target");
    results.forEach(BenchEngine::print);
  }

  /** The median is what counts: a busy machine disturbs it least. */
  private static void print(RunResult result) {
    Result<?> time = result.getPrimaryResult();
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    double median = time.getStatistics().getPercentile(50);
    System.out.printf(
        Locale.ROOT,
        "%-16s %,9.0f ± %,6.0f %,8.0f %,8.0f   %s%n",
        time.getLabel(),
        time.getScore(),
        time.getScoreError(),
        median,
        allocated == null ? Double.NaN : allocated.getScore(),
        verdict(TARGETS.get(time.getLabel()), median));
  }

  private static String verdict(@Nullable Integer target, double nanos) {
    if (target == null) {
      return "";
    }
    return String.format(Locale.ROOT, "under %,d: %s", target, nanos < target ? "met" : "MISSED");
  }
}
