package dev.peras.bench;

import dev.peras.engine.budgets.Standing;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.sessions.Verdict;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * The engine's work in a warm function. The session has 1,000 steps of one model, a budget that is
 * used up and warnings of several types. Memory and collector are those of a small function.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgs = {"-Xmx512m", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 9, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class EngineBenchmarks {
  private static final Instant NOW = Instant.parse("2026-11-12T10:00:00.123Z");
  private static final String MODEL = "claude-sonnet-4-5";

  private final PriceBook prices = prices();
  private final Recorder recorder = new Recorder(DetectorSettings.DEFAULTS);
  private final Session session = sessionOf1000Steps();
  private final UsageEvent event = event(1_001);
  private final List<UsageEvent> one = List.of(event);
  private final List<UsageEvent> forty =
      IntStream.range(0, 40).mapToObj(i -> event(2_000 + i)).toList();

  private static PriceBook prices() {
    Rates rates =
        new Rates(Usd.of("3"), Usd.of("15"), Usd.of("0.3"), Usd.of("3.75"), Usd.of("6"), null);
    Rates above =
        new Rates(Usd.of("6"), Usd.of("22.5"), Usd.of("0.6"), Usd.of("7.5"), Usd.of("12"), null);
    return PriceBook.of(
        new PriceOverride(
            MODEL, new Price(rates, List.of(new Price.Tier(200_000, above)), null), null));
  }

  private Session sessionOf1000Steps() {
    Session started =
        Session.start(
            new Session.Terms(
                "run-7f3a",
                "acme",
                new Session.Labels("triage", Map.of()),
                MODEL,
                Usd.of("1"),
                null,
                new Session.Start(
                    NOW.minusSeconds(3_600), ZoneId.of("Europe/Berlin"), Hash.of("start"))),
            Standing.OK);
    Session grown = started;
    for (int i = 1; i <= 1_000; i++) {
      grown = recorder.record(grown, List.of(event(i)), prices, NOW).session();
    }
    return grown;
  }

  private static UsageEvent event(int number) {
    return UsageEvent.named("chatcmpl-9a8b7c6d5e4f-" + number)
        .model(MODEL)
        .tokens(new Tokens(1_200 + number % 7 * 300, 350, 18_000 + number % 5 * 4_000, 900, 0, 0))
        .activity(new Activity(2, Hash.of("prompt " + number / 3), null))
        .occurredAt(NOW.minusMillis(1_000L + number))
        .build();
  }

  @Benchmark
  public Verdict recordOneEvent() {
    return recorder.record(session, one, prices, NOW);
  }

  @Benchmark
  public Verdict recordBatchOf40() {
    return recorder.record(session, forty, prices, NOW);
  }

  @Benchmark
  public Hash fingerprint() {
    return event.fingerprint();
  }

  @Benchmark
  public Usd priceAndCost() {
    Price price = prices.priceOf(MODEL, NOW);
    if (price == null) {
      throw new IllegalStateException(MODEL + " has a price here");
    }
    return price
        .ratesFor(event.tokens().context(), event.call().traits().batch())
        .costOf(event.tokens());
  }
}
