package dev.peras.store.simulation;

import static dev.peras.store.simulation.Violation.plain;
import static dev.peras.store.simulation.Violation.unless;
import static dev.peras.store.simulation.Violation.unlessSame;

import dev.peras.engine.usage.UsageEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must be true, worked out in the plainest way: maps and sums, none of the engine's code. What
 * was spent it adds up itself; what was claimed it takes from the items.
 *
 * <p>Clocks of processes differ, so whether a hold is open may be in doubt for a moment. A limit
 * must hold for the holds that are open on every clock; a refusal may count those open on any.
 */
final class Model {
  static final Duration LATE_WINDOW = Duration.ofDays(3);
  static final Duration GRACE = Duration.ofDays(3);
  static final Duration MAX_LIFETIME = Duration.ofDays(30);

  /** Others take holds back so long after they have expired, since clocks differ. */
  private static final Duration EXPIRY_GRACE = Duration.ofSeconds(5);

  private final Clock clock;
  private final Stored.Limits defaults;
  private final Map<String, SessionModel> sessions = new LinkedHashMap<>();
  private final Map<String, CustomerModel> customers = new LinkedHashMap<>();

  /** The ids of all alerts, and of those that the receiver has got. */
  private final Set<String> alerts = new LinkedHashSet<>();

  private final Set<String> received = new HashSet<>();

  /** The number of each customer's last alert. */
  private final Map<String, Long> sequences = new HashMap<>();

  Model(Clock clock, Stored.Limits defaults) {
    this.clock = clock;
    this.defaults = defaults;
  }

  Set<String> alerts() {
    return alerts;
  }

  Set<String> received() {
    return received;
  }

  void handedOver(String customerId, long sequence) {
    long last = sequences.getOrDefault(customerId, 0L);
    unless(
        sequence == last + 1,
        "a customer's alerts are numbered one by one",
        () -> "%s: %d after %d".formatted(customerId, sequence, last));
    sequences.put(customerId, sequence);
  }

  /** A session as it must be, and as it is stored. */
  static final class SessionModel {
    final String id;
    final Requests.Start start;

    /** By period. */
    final Map<String, BigDecimal> spent = new HashMap<>();

    /** What was counted, by id. */
    final Map<String, UsageEvent> events = new HashMap<>();

    /** Until when it is remembered that holds were granted, by id. */
    final Map<String, Instant> granted = new HashMap<>();

    /** Until when it is remembered that holds are over, by id. */
    final Map<String, Instant> over = new HashMap<>();

    Stored.Session stored;

    SessionModel(String id, Requests.Start start, Stored.Session stored) {
      this.id = id;
      this.start = start;
      this.stored = stored;
    }

    BigDecimal total() {
      BigDecimal total = BigDecimal.ZERO;
      for (BigDecimal inPeriod : spent.values()) {
        total = total.add(inPeriod);
      }
      return total;
    }

    BigDecimal spent(String period) {
      return spent.getOrDefault(period, BigDecimal.ZERO);
    }

    boolean isEnded() {
      return stored.endedAt() != null;
    }

    Instant closesAt() {
      Instant latest = stored.startedAt().plus(MAX_LIFETIME);
      Instant end = stored.endedAt();
      return (end != null && end.isBefore(latest) ? end : latest).plus(LATE_WINDOW);
    }

    /** The holds that are open at this time, of one period or of all. */
    BigDecimal held(@Nullable String period, Instant at) {
      BigDecimal held = BigDecimal.ZERO;
      for (Stored.Hold hold : stored.holds().values()) {
        if ((period == null || hold.period().equals(period)) && at.isBefore(hold.expiresAt())) {
          held = held.add(hold.amount());
        }
      }
      return held;
    }
  }

  /** A customer's month as it must be, and as it is stored. */
  static final class MonthModel {
    final CustomerModel customer;
    final String period;
    final Set<SessionModel> open = new LinkedHashSet<>();
    final Set<SessionModel> ended = new HashSet<>();

    /** How often each threshold was reached, by label. */
    final Map<String, Long> crossings = new HashMap<>();

    /** While limits are not judged, a hold inside a claim ahead goes by those of before. */
    @Nullable BigDecimal ceilingBefore;

    /** No limit went before: it is unlimited, or a step was recorded without proof. */
    boolean isWithoutCeiling;

    BigDecimal spent = BigDecimal.ZERO;
    BigDecimal settled = BigDecimal.ZERO;
    Stored.@Nullable Account stored;

    MonthModel(CustomerModel customer, String period) {
      this.customer = customer;
      this.period = period;
    }

    BigDecimal held(Instant at) {
      BigDecimal held = BigDecimal.ZERO;
      for (SessionModel session : open) {
        held = held.add(session.held(period, at));
      }
      return held;
    }

    /** What stops agents; null where nothing does. */
    @Nullable BigDecimal ceiling() {
      Stored.Account account = stored;
      if (account != null) {
        return account.ceiling();
      }
      Stored.Limits limits = customer.limits;
      return limits.blocks() ? limits.amounts(topUps()).get("cap") : null;
    }

    BigDecimal topUps() {
      return customer.topUps.getOrDefault(period, BigDecimal.ZERO);
    }

    @Override
    public String toString() {
      return customer.id + "'s " + period;
    }
  }

  static final class CustomerModel {
    final String id;
    final Map<String, MonthModel> months = new LinkedHashMap<>();

    /** Sums by period. */
    final Map<String, BigDecimal> topUps = new HashMap<>();

    final Map<Long, Stored.Limits> history = new HashMap<>();
    Stored.Limits limits;

    CustomerModel(String id, Stored.Limits limits) {
      this.id = id;
      this.limits = limits;
      history.put(limits.version(), limits);
    }

    MonthModel month(String period) {
      return months.computeIfAbsent(period, p -> new MonthModel(this, p));
    }
  }

  Clock clock() {
    return clock;
  }

  @Nullable SessionModel session(String id) {
    return sessions.get(id);
  }

  SessionModel existing(String id) {
    return Objects.requireNonNull(sessions.get(id), id);
  }

  void add(SessionModel session) {
    sessions.put(session.id, session);
  }

  Collection<SessionModel> sessions() {
    return sessions.values();
  }

  CustomerModel customer(String id) {
    return customers.computeIfAbsent(id, c -> new CustomerModel(c, defaults));
  }

  Collection<CustomerModel> customers() {
    return customers.values();
  }

  static String period(Instant moment, ZoneId zone) {
    return YearMonth.from(LocalDate.ofInstant(moment, zone)).toString();
  }

  /** When a month takes no more events. */
  static boolean isClosed(String period, Instant now, ZoneId zone) {
    Instant end = YearMonth.parse(period).plusMonths(1).atDay(1).atStartOfDay(zone).toInstant();
    return !now.isBefore(end.plus(GRACE));
  }

  /** Everything that ties a month's account to its sessions and limits. */
  void check(MonthModel month) {
    Stored.Account account = month.stored;
    if (account == null) {
      throw new Violation("account", month + " has sessions and no account");
    }
    BigDecimal spent = BigDecimal.ZERO;
    BigDecimal most = BigDecimal.ZERO;
    BigDecimal claimed = BigDecimal.ZERO;
    long loose = 0;
    for (Set<SessionModel> sessions : List.of(month.open, month.ended)) {
      for (SessionModel session : sessions) {
        Stored.Share share = session.stored.share(month.period);
        spent = spent.add(share.booked());
        most = most.add(share.most());
        claimed = claimed.add(share.claimed());
        loose += share.loose() ? 1 : 0;
      }
    }
    unlessSame(account.spent(), spent, "an account's spend is what shares have booked", month);
    unlessSame(account.most(), most, "most = spend of exact shares + loose claims", month);
    unlessSame(account.claimed(), claimed, "claimed = all claims", month);
    long count = loose;
    unless(
        account.loose() == count,
        "loose shares are counted",
        () -> "%s says %d of %d".formatted(month, account.loose(), count));
    unless(
        account.spent().compareTo(month.spent) <= 0
            && month.spent.compareTo(account.most()) <= 0
            && account.most().compareTo(account.claimed()) <= 0,
        "spent <= real spend <= most <= claimed",
        () -> "%s spent %s, and has %s".formatted(month, plain(month.spent), account));
    unlessSame(account.settled(), month.settled, "settled = spend of ended sessions", month);
    unless(
        account.openSessions() == month.open.size()
            && account.endedSessions() == month.ended.size(),
        "sessions are counted",
        () ->
            "%s says %d open and %d ended of %d and %d"
                .formatted(
                    month,
                    account.openSessions(),
                    account.endedSessions(),
                    month.open.size(),
                    month.ended.size()));
    checkThresholds(month, account);
  }

  private void checkThresholds(MonthModel month, Stored.Account account) {
    for (Stored.Threshold threshold : account.thresholds()) {
      unless(
          account.unjudged()
              || threshold.alerting() == (month.spent.compareTo(threshold.amount()) >= 0),
          "I7 a threshold alerts exactly while the spend is at or above it",
          () -> "%s spent %s, and %s".formatted(month, plain(month.spent), threshold));
    }
    Stored.Limits limits = month.customer.history.get(account.limitsVersion());
    unless(
        limits != null && matches(account, limits, month.topUps()),
        "an account's thresholds are those of its limits",
        () ->
            "%s has %s under %s with top-ups of %s"
                .formatted(month, account, limits, plain(month.topUps())));
  }

  private static boolean matches(Stored.Account account, Stored.Limits limits, BigDecimal topUps) {
    Map<String, BigDecimal> amounts = limits.amounts(topUps);
    for (Stored.Threshold threshold : account.thresholds()) {
      BigDecimal amount = amounts.remove(threshold.label());
      if (amount == null || amount.compareTo(threshold.amount()) != 0) {
        return false;
      }
    }
    return amounts.isEmpty() && account.blocks() == limits.blocks();
  }

  /** Notes whether a limit could refuse an agent's call at this moment. */
  void look(Agent agent) {
    Agent.Watch watch = agent.watch;
    if (watch == null) {
      return;
    }
    Instant now = Objects.requireNonNull(agent.process).now();
    // A call may go by the time of its start, also for holds.
    Instant earliest =
        (agent.calledAt.isBefore(clock.earliest()) ? agent.calledAt : clock.earliest())
            .minus(EXPIRY_GRACE);
    CustomerModel customer = customer(watch.customerId);
    SessionModel session = watch.sessionId == null ? null : sessions.get(watch.sessionId);
    BigDecimal amount = watch.amount;
    if (amount == null) {
      watch.periods.add(period(now, customer.limits.zone()));
    } else if (session != null) {
      watch.periods.add(period(now, session.stored.zone()));
      BigDecimal taken = session.total().add(session.held(null, earliest)).add(amount);
      BigDecimal budget = session.stored.budget();
      watch.sessionCouldNotPay |= budget != null && taken.compareTo(budget) > 0;
    }
    for (String period : watch.periods) {
      MonthModel month = customer.month(period);
      BigDecimal cap = month.ceiling();
      if (cap != null) {
        boolean isReached = month.spent.compareTo(cap) >= 0;
        BigDecimal taken = month.spent.add(month.held(earliest));
        watch.customerCouldNotPay |=
            isReached || (amount != null && taken.add(amount).compareTo(cap) > 0);
      }
    }
  }
}
