package dev.peras.bench;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Times the engine: each figure is the work of one call in a warm function. */
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
    List<String> operations = operations(args);
    System.out.printf(
        Locale.ROOT,
        "Timing %d operations of the engine, each for about 15 seconds.%n",
        operations.size());
    List<RunResult> results = new ArrayList<>();
    for (String operation : operations) {
      System.out.printf(
          Locale.ROOT,
          "  %d of %d: %s%n",
          results.size() + 1,
          operations.size(),
          operation.substring(operation.lastIndexOf('.') + 1));
      results.add(time(operation));
    }
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

  /** Full names of the benchmarks whose own name has a match. */
  private static List<String> operations(String[] patterns) {
    Pattern wanted = Pattern.compile(patterns.length == 0 ? "" : String.join("|", patterns));
    List<String> operations = new ArrayList<>();
    for (Class<?> type : List.of(EngineBenchmarks.class, PriceBenchmarks.class)) {
      Stream.of(type.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Benchmark.class))
          .map(Method::getName)
          .filter(name -> wanted.matcher(name).find())
          .sorted()
          .forEach(name -> operations.add(type.getName() + "." + name));
    }
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("no operation is like " + wanted);
    }
    return operations;
  }

  private static RunResult time(String operation) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include("^" + Pattern.quote(operation) + "$")
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow") // JMH's own use of it
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build())
        .runSingle();
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
