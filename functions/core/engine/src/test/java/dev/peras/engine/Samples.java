package dev.peras.engine;

import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
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
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions, prices and moments for tests, with everything filled in that a test leaves open. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-11-12T10:00:00Z");
  public static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  /** A dollar a million input tokens, so that a token costs a millionth of a dollar. */
  public static final Price PLAIN = Price.of(Rates.of(Usd.of("1"), Usd.of("4")));

  /** Knows m, n, large and small, and the models whose names start with m. */
  public static final PriceBook PRICES =
      PriceBook.of(
          new PriceOverride("m", PLAIN, null),
          new PriceOverride("m*", PLAIN, null),
          new PriceOverride("n", PLAIN, null),
          new PriceOverride("large", PLAIN, null),
          new PriceOverride("small", PLAIN, null));

  public static final Recorder RECORDER = new Recorder(DetectorSettings.DEFAULTS);

  private Samples() {}

  /** An open session of model {@code m}, without a budget, started an hour ago in UTC. */
  public static Session session() {
    return session(null, null);
  }

  public static Session sessionWithBudget(String budget) {
    return session(Usd.of(budget), null);
  }

  public static Session sessionWith(DetectorSettings detectors) {
    return session(null, detectors);
  }

  public static Session session(@Nullable Usd budget, @Nullable DetectorSettings detectors) {
    return session("m", budget, detectors, ZoneOffset.UTC, NOW.minus(Duration.ofHours(1)));
  }

  public static Session sessionIn(ZoneId zone, Instant startedAt) {
    return session("m", null, null, zone, startedAt);
  }

  public static Session session(
      @Nullable String model,
      @Nullable Usd budget,
      @Nullable DetectorSettings detectors,
      ZoneId zone,
      Instant startedAt) {
    return Session.start(
        new Session.Terms(
            "s",
            "acme",
            Session.Labels.NONE,
            model,
            budget,
            detectors,
            new Session.Start(startedAt, zone, Hash.of("start"))),
        Standing.OK);
  }

  public static Verdict record(Session session, Call... calls) {
    return recordAt(NOW, session, calls);
  }

  public static Verdict recordAt(Instant now, Session session, Call... calls) {
    return RECORDER.record(session, events(calls), PRICES, now);
  }

  public static List<UsageEvent> events(Call... calls) {
    return Arrays.stream(calls).map(Call::event).toList();
  }

  public static Tokens input(long tokens) {
    return new Tokens(tokens, 0, 0, 0, 0, 0);
  }

  public static Limits limits(@Nullable String cap, AlertThreshold... thresholds) {
    return limits(cap, true, thresholds);
  }

  public static Limits limits(@Nullable String cap, boolean blocks, AlertThreshold... thresholds) {
    return new Limits(
        cap == null ? null : Usd.of(cap), List.of(thresholds), blocks, null, ZoneOffset.UTC, 60, 1);
  }
}
