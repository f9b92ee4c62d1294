package dev.peras.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions, prices and moments for tests, with everything filled in that a test leaves open. */
final class Samples {
  static final Instant NOW = Instant.parse("2026-11-12T10:00:00Z");
  static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  /** A dollar a million input tokens, so that a token costs a millionth of a dollar. */
  static final Price PLAIN = Price.of(Rates.of(Usd.of("1"), Usd.of("4")));

  /** Knows every model but those called {@code unknown}. */
  static final PriceLookup PRICES = (model, at) -> model.startsWith("unknown") ? null : PLAIN;

  static final Recorder RECORDER = new Recorder(PRICES, DetectorSettings.DEFAULTS);

  private Samples() {}

  /** An open session of model {@code m}, without a budget, started an hour ago in UTC. */
  static Session session() {
    return session(null, null);
  }

  static Session sessionWithBudget(String budget) {
    return session(Usd.of(budget), null);
  }

  static Session sessionWith(DetectorSettings detectors) {
    return session(null, detectors);
  }

  static Session session(@Nullable Usd budget, @Nullable DetectorSettings detectors) {
    return session("m", budget, detectors, ZoneOffset.UTC, NOW.minus(Duration.ofHours(1)));
  }

  static Session sessionIn(ZoneId zone, Instant startedAt) {
    return session("m", null, null, zone, startedAt);
  }

  static Session session(
      @Nullable String model,
      @Nullable Usd budget,
      @Nullable DetectorSettings detectors,
      ZoneId zone,
      Instant startedAt) {
    return Session.start(
        new Session.Terms(
            "s",
            "acme",
            null,
            model,
            budget,
            detectors,
            Map.of(),
            zone,
            startedAt,
            Hash.of("start")),
        Standing.OK);
  }

  static Verdict record(Session session, Call... calls) {
    return recordAt(NOW, session, calls);
  }

  static Verdict recordAt(Instant now, Session session, Call... calls) {
    return RECORDER.record(session, events(calls), now);
  }

  static List<UsageEvent> events(Call... calls) {
    return Arrays.stream(calls).map(Call::event).toList();
  }

  static Tokens input(long tokens) {
    return new Tokens(tokens, 0, 0, 0, 0, 0);
  }

  static Limits limits(@Nullable String cap, AlertThreshold... thresholds) {
    return limits(cap, true, thresholds);
  }

  static Limits limits(@Nullable String cap, boolean blocks, AlertThreshold... thresholds) {
    return new Limits(
        cap == null ? null : Usd.of(cap), List.of(thresholds), blocks, null, ZoneOffset.UTC, 60, 1);
  }
}
