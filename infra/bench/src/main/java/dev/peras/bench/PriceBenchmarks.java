package dev.peras.bench;

import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceList;
import dev.peras.json.PriceTable;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finding a price in the shipped table, by a name that it has and by names that it takes apart.
 * Memory and collector are those of a small function.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgs = {"-Xmx512m", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 9, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class PriceBenchmarks {
  private static final Instant NOW = Instant.parse("2026-11-12T10:00:00Z");

  private final PriceList prices = PriceTable.shipped();

  @Benchmark
  public @Nullable Price knownName() {
    return prices.priceOf("claude-sonnet-4-5", NOW);
  }

  @Benchmark
  public @Nullable Price knownAlias() {
    return prices.priceOf("gpt-4o-2024-08-06", NOW);
  }

  @Benchmark
  public @Nullable Price pattern() {
    return prices.priceOf("global.anthropic.claude-sonnet-5-20260301-v1:0", NOW);
  }

  @Benchmark
  public @Nullable Price prefixAndSnapshot() {
    return prices.priceOf("openai/gpt-5-2031-08-07", NOW);
  }

  @Benchmark
  public @Nullable Price regionAndPattern() {
    return prices.priceOf("eu.anthropic.claude-sonnet-5-20260301-v1:0", NOW);
  }

  @Benchmark
  public @Nullable Price arn() {
    return prices.priceOf(
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
            + "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        NOW);
  }

  @Benchmark
  public @Nullable Price unknownName() {
    return prices.priceOf("gpt-4o-audio-preview-2024-10-01", NOW);
  }
}
