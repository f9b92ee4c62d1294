package dev.peras.engine.sessions;

import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.Observations;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent's session: one run for one customer, metered step by step. Immutable.
 *
 * @param terms what was agreed at its start
 * @param version grows with every stored change
 * @param periods its shares of its customer's months, oldest first; rarely more than one
 * @param holds open holds, and expired ones that nothing has cleared yet
 * @param observations what detectors have seen so far
 * @param customer its customer's standing when the session last touched the account
 * @param endedAt null while it is open
 */
public record Session(
    Terms terms,
    long version,
    List<PeriodShare> periods,
    List<Hold> holds,
    Observations observations,
    Standing customer,
    Instant updatedAt,
    @Nullable Instant endedAt) {

  public static final int MAX_HOLDS = 100;

  /** How long an ended session still takes usage. */
  public static final Duration LATE_WINDOW = Duration.ofDays(3);

  /** How long a session may stay open. */
  public static final Duration MAX_LIFETIME = Duration.ofDays(30);

  /**
   * What a session was started with; it never changes.
   *
   * @param model for events that name none
   * @param budget the most that the session should cost; null for no limit of its own
   * @param detectors null for the deployment's settings
   */
  public record Terms(
      String sessionId,
      String customerId,
      Labels labels,
      @Nullable String model,
      @Nullable Usd budget,
      @Nullable DetectorSettings detectors,
      Start start) {

    public @Nullable String task() {
      return labels.task();
    }

    public Map<String, String> tags() {
      return labels.tags();
    }

    public Instant startedAt() {
      return start.at();
    }

    public ZoneId zone() {
      return start.zone();
    }

    public Hash fingerprint() {
      return start.fingerprint();
    }
  }

  /** The sender's own names for a session, for reports. */
  public record Labels(@Nullable String task, Map<String, String> tags) {
    public static final Labels NONE = new Labels(null, Map.of());

    public Labels {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * A session's start.
   *
   * @param zone the customer's time zone then: it decides which month an event is in
   * @param fingerprint of the request, to tell a repeated start from another one
   */
  public record Start(Instant at, ZoneId zone, Hash fingerprint) {}

  public Session {
    periods = List.copyOf(periods);
    holds = List.copyOf(holds);
  }

  public static Session start(Terms terms, Standing customer) {
    YearMonth period = Periods.of(terms.startedAt(), terms.zone());
    return new Session(
        terms,
        1,
        List.of(PeriodShare.none(period)),
        List.of(),
        Observations.NONE,
        customer,
        terms.startedAt(),
        null);
  }

  public String id() {
    return terms.sessionId();
  }

  public Map<WarningType, WarningSum> warnings() {
    return observations.warnings();
  }

  public boolean isEnded() {
    return endedAt != null;
  }

  /**
   * When it stops taking usage: after its end, or after the longest life of a session, so that one
   * that is never ended closes, too.
   */
  public Instant closesAt() {
    Instant latestEnd = terms.startedAt().plus(MAX_LIFETIME);
    Instant end = endedAt != null && endedAt.isBefore(latestEnd) ? endedAt : latestEnd;
    return end.plus(LATE_WINDOW);
  }

  public Usd spent() {
    Usd sum = Usd.ZERO;
    for (PeriodShare share : periods) {
      sum = sum.plus(share.spent());
    }
    return sum;
  }

  /** What it used per model, in all months together. */
  public Map<String, ModelSum> models() {
    if (periods.size() == 1) {
      return periods.getFirst().models();
    }
    Map<String, ModelSum> sums = new LinkedHashMap<>();
    for (PeriodShare share : periods) {
      share.models().forEach((model, sum) -> PeriodShare.add(sums, model, sum));
    }
    return sums;
  }

  private ModelSum total() {
    ModelSum total = ModelSum.NONE;
    for (PeriodShare share : periods) {
      for (ModelSum model : share.models().values()) {
        total = total.plus(model);
      }
    }
    return total;
  }

  public long steps() {
    return total().steps();
  }

  public Tokens tokens() {
    return total().tokens();
  }

  /** The sum of the holds open at that moment. */
  public Usd held(Instant now) {
    Usd sum = Usd.ZERO;
    for (Hold hold : holds) {
      sum = hold.isOpenAt(now) ? sum.plus(hold.amount()) : sum;
    }
    return sum;
  }

  /** The sum of one period's holds that are open at that moment. */
  public Usd held(YearMonth period, Instant now) {
    Usd sum = Usd.ZERO;
    for (Hold hold : holds) {
      sum = hold.period().equals(period) && hold.isOpenAt(now) ? sum.plus(hold.amount()) : sum;
    }
    return sum;
  }

  /** The sum of one period's holds, expired ones included that nothing has cleared yet. */
  public Usd held(YearMonth period) {
    Usd sum = Usd.ZERO;
    for (Hold hold : holds) {
      sum = hold.period().equals(period) ? sum.plus(hold.amount()) : sum;
    }
    return sum;
  }

  /** The account that a share of its is part of. */
  public AccountKey account(PeriodShare share) {
    return AccountKey.ofMonth(terms.customerId(), share.period());
  }

  /** What its budget has left after spending and holds, at least 0; null without a budget. */
  public @Nullable Usd remaining(Instant now) {
    Usd budget = terms.budget();
    return budget == null ? null : budget.minus(spent()).minus(held(now)).max(Usd.ZERO);
  }

  public boolean isBudgetUsedUp() {
    Usd budget = terms.budget();
    return budget != null && spent().isAtLeast(budget);
  }

  /** It has cost more than its budget, not just all of it. */
  public boolean isOverBudget() {
    Usd budget = terms.budget();
    return budget != null && spent().isMoreThan(budget);
  }

  /**
   * Whether the agent should stop: its budget is used up, its customer is capped, or a detector
   * that was told to has stopped it.
   */
  public boolean stop() {
    return isBudgetUsedUp() || customer.blocked() || observations.stoppedBy() != null;
  }

  /** The session's share of a period: an empty one where it has none yet. */
  public PeriodShare share(YearMonth period) {
    for (PeriodShare share : periods) {
      if (share.period().equals(period)) {
        return share;
      }
    }
    return PeriodShare.none(period);
  }

  public boolean hasShare(YearMonth period) {
    return periods.stream().anyMatch(share -> share.period().equals(period));
  }

  public Session withShare(PeriodShare changed) {
    return new Session(
        terms,
        version,
        withShare(periods, changed),
        holds,
        observations,
        customer,
        updatedAt,
        endedAt);
  }

  /** The shares with one replaced, or added in its place. */
  static List<PeriodShare> withShare(List<PeriodShare> shares, PeriodShare changed) {
    if (shares.size() == 1 && shares.getFirst().period().equals(changed.period())) {
      return List.of(changed);
    }
    List<PeriodShare> result = new ArrayList<>(shares);
    result.removeIf(share -> share.period().equals(changed.period()));
    result.add(changed);
    result.sort((a, b) -> a.period().compareTo(b.period()));
    return result;
  }

  public Session withHolds(List<Hold> changed) {
    return new Session(
        terms, version, periods, changed, observations, customer, updatedAt, endedAt);
  }

  /** Without the holds that have expired by then. */
  public Session withoutExpiredHolds(Instant now) {
    return holds.stream().allMatch(hold -> hold.isOpenAt(now))
        ? this
        : withHolds(holds.stream().filter(hold -> hold.isOpenAt(now)).toList());
  }

  public Session withCustomer(Standing standing) {
    return new Session(terms, version, periods, holds, observations, standing, updatedAt, endedAt);
  }

  public Session withVersion(long stored) {
    return new Session(terms, stored, periods, holds, observations, customer, updatedAt, endedAt);
  }

  /** With the times of its pointers to be found anew. */
  public Session withFreshPointers() {
    return new Session(
        terms,
        version,
        periods.stream().map(share -> share.withClaim(share.claim().withFreesAt(null))).toList(),
        holds,
        observations,
        customer,
        updatedAt,
        endedAt);
  }

  /** Ended: its holds are released, and its claims are what it spent. */
  public Session end(Instant now) {
    List<PeriodShare> settled =
        periods.stream()
            .map(share -> share.withClaim(share.claim().exactly(share.spent(), Usd.ZERO)))
            .toList();
    return new Session(terms, version, settled, List.of(), observations, customer, now, now);
  }
}
