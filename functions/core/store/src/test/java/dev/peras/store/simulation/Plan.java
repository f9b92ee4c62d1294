package dev.peras.store.simulation;

import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The kind of world that a run takes place in, drawn from its seed: how many there are of
 * everything, how dear calls are, how tight limits, when it begins, how often things go wrong.
 */
final class Plan {
  private static final List<String> STARTS =
      List.of(
          "2026-11-30T23:59:30Z", // a month end in UTC
          "2026-10-31T22:59:00Z", // and in Berlin
          "2026-10-25T00:30:00Z", // clocks go back in Berlin
          "2027-03-14T06:30:00Z", // and forward in New York
          "2028-02-28T23:50:00Z", // a leap day
          "2028-02-29T23:50:00Z",
          "2026-12-31T23:58:00Z",
          "2027-02-10T12:00:00Z");
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Pacific/Auckland",
          "Asia/Kolkata",
          "Pacific/Kiritimati",
          "Etc/GMT+12");

  final int agents;
  final int processes;
  final int switchPercent;
  final List<String> customers;
  final Faults faults;
  final Instant start;
  final Limits defaults;
  final Duration idleTimeout;
  final int sessionsPerCustomer;

  /** In per cent of processes: none, all or some claim money ahead. */
  final int claimingAhead;

  private final Chance chance;
  private final int prices;
  private final int capInCalls;

  Plan(Chance chance) {
    this.chance = chance;
    this.agents = chance.between(3, 12);
    this.processes = chance.between(2, 4);
    this.switchPercent = chance.oneOf(8, 25, 50, 90);
    this.customers = IntStream.rangeClosed(1, chance.between(1, 4)).mapToObj(i -> "c" + i).toList();
    this.faults =
        new Faults(
            chance.oneOf(0.2, 1.0, 3.0), chance.oneOf(0.2, 1.0, 3.0), chance.oneOf(0.1, 0.3, 1.0));
    this.start = Instant.parse(chance.oneOf(STARTS));
    this.claimingAhead = chance.oneOf(0, 50, 100, 100, 100);
    this.prices = chance.below(4);
    this.capInCalls = chance.oneOf(3, 10, 40, 150, 1000);
    this.idleTimeout = Duration.ofMinutes(chance.oneOf(1, 10, 60));
    this.sessionsPerCustomer = chance.oneOf(1, 3, 8, 16);
    this.defaults = limits(chance.percent(30) ? null : BigDecimal.ZERO);
  }

  /** What a call costs: round amounts meet limits exactly, odd ones test sums. */
  Usd cost() {
    return switch (prices) {
      case 0 -> Usd.of(chance.oneOf("0.01", "0.01", "0.02", "0.05", "0.1"));
      case 1 -> new Usd(BigDecimal.valueOf(chance.between(1, 40_000), 6));
      case 2 ->
          new Usd(BigDecimal.valueOf(chance.random().nextLong(2_000_000_000_000_000_000L), 20));
      default ->
          Usd.of(
              chance.oneOf("0", "0.01", "0.000000000001", "0.3333333333333333333", "0.017", "0.5"));
    };
  }

  private Usd calls(int count) {
    return new Usd(new BigDecimal("0.02").multiply(BigDecimal.valueOf(count)));
  }

  /** A budget for a session; often none. */
  @Nullable Usd budget() {
    return chance.percent(60) ? null : calls(chance.between(1, 30));
  }

  /** What a call is held for: mostly more than it will cost. */
  Usd hold() {
    return chance.percent(5) ? Usd.ZERO : calls(chance.oneOf(1, 1, 2, 3, 5, capInCalls));
  }

  Usd topUp() {
    return calls(chance.between(1, capInCalls));
  }

  /**
   * Limits for a customer.
   *
   * @param spent so far: limits are set around it; null for no cap
   */
  Limits limits(@Nullable BigDecimal spent) {
    BigDecimal cap = spent == null ? null : cap(spent);
    // The API takes each label once, however its number is written.
    Map<String, AlertThreshold> thresholds = new LinkedHashMap<>();
    for (String percentage : List.of("50", "80", "100", "150")) {
      if (chance.percent(20)) {
        add(thresholds, AlertThreshold.ofPercentage(new BigDecimal(percentage)));
      }
    }
    if (chance.percent(40)) {
      BigDecimal amount =
          (spent == null ? BigDecimal.ZERO : spent).add(calls(chance.between(1, 20)).value());
      add(thresholds, AlertThreshold.ofAmount(new Usd(rounded(amount))));
    }
    if (chance.percent(10)) {
      add(thresholds, AlertThreshold.ofAmount(Usd.of("1")));
    }
    return new Limits(
        cap == null ? null : new Usd(cap),
        List.copyOf(thresholds.values()),
        chance.percent(80),
        null,
        ZoneId.of(chance.percent(70) ? "UTC" : chance.oneOf(ZONES)),
        Math.toIntExact(idleTimeout.toMinutes()),
        0);
  }

  private static void add(Map<String, AlertThreshold> thresholds, AlertThreshold threshold) {
    thresholds.putIfAbsent(threshold.label(), threshold);
  }

  private BigDecimal cap(BigDecimal spent) {
    return switch (chance.below(6)) {
      case 0 -> spent.min(new BigDecimal("1000000"));
      case 1 -> rounded(spent.multiply(new BigDecimal("0.7")));
      case 2 -> rounded(spent.add(calls(1).value()));
      case 3 -> chance.percent(5) ? BigDecimal.ZERO : rounded(spent.add(calls(3).value()));
      default -> rounded(spent.add(calls(chance.between(1, capInCalls)).value()));
    };
  }

  /** Limits take 12 decimals; prices of 1 cent like whole cents. */
  private BigDecimal rounded(BigDecimal amount) {
    return amount.setScale(prices == 0 ? 2 : 12, RoundingMode.HALF_UP);
  }
}
