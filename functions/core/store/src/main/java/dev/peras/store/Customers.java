package dev.peras.store;

import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Customers' limits, and their months to the cent. Thread-safe. */
public final class Customers {
  private static final int PROJECTION_DECIMALS = 6;

  private final Table table;
  private final Accounts accounts;
  private final Retry retry;
  private final InstantSource clock;

  Customers(Table table, Accounts accounts, Retry retry, InstantSource clock) {
    this.table = table;
    this.accounts = accounts;
    this.retry = retry;
    this.clock = clock;
  }

  /** The deployment's limits, for customers that have none of their own. */
  public Limits defaults() {
    return accounts.defaults();
  }

  /** A customer's limits and current month. A customer never seen has the default limits. */
  public CustomerMonth get(String customerId) {
    return retry.untilDone(() -> {
      Instant now = now();
      Limits limits = accounts.limits(customerId);
      YearMonth period = Periods.of(now, limits.timeZone());
      return month(limits, accounts.readMonth(customerId, period), now);
    });
  }

  /** Replaces a customer's limits; they are in force when this returns. */
  public CustomerMonth put(String customerId, Limits wanted) {
    return retry.untilDone(() -> tryPut(customerId, wanted));
  }

  private CustomerMonth tryPut(String customerId, Limits wanted) {
    Instant now = now();
    Limits before = accounts.limits(customerId);
    Limits limits = wanted.withVersion(before.version() + 1);
    YearMonth period = Periods.of(now, limits.timeZone());
    List<Write> writes = new ArrayList<>();
    writes.add(LimitsItem.replace(customerId, limits));
    // By the zone of before another month may last, and an event from a clock that is a little
    // ahead may have opened the next one.
    YearMonth inZoneBefore = Periods.of(now, before.timeZone());
    YearMonth month = inZoneBefore.isBefore(period) ? inZoneBefore : period;
    for (; !month.isAfter(period.plusMonths(1)); month = month.plusMonths(1)) {
      Account account = accounts.read(customerId, month, limits);
      if (account.version() == 0) {
        // Nothing has happened yet: the month will be opened under the new limits.
        writes.add(new Write.Check(Keys.account(customerId, month), Condition.absent()));
      } else {
        writes.addAll(accounts.judge(account, limits, account.topUps(), now));
      }
    }
    commit(customerId, writes);
    return month(limits, accounts.readMonth(customerId, period), now);
  }

  /**
   * Adds to the cap of the current month, once.
   *
   * @throws Refusal TOP_UP_EXISTS when another top-up has this id
   */
  public TopUpResult topUp(String customerId, TopUp topUp) {
    return retry.untilDone(() -> tryTopUp(customerId, topUp));
  }

  private TopUpResult tryTopUp(String customerId, TopUp topUp) {
    Instant now = now();
    Limits limits = accounts.limits(customerId);
    YearMonth period = Periods.of(now, limits.timeZone());
    Item made = table.get(Keys.topUp(customerId, topUp.id()));
    if (made != null) {
      if (!TopUpItem.read(made).equals(topUp)) {
        throw Refusal.of(
            Refusal.Code.TOP_UP_EXISTS,
            "Top-up %s was made with another amount or reason.".formatted(topUp.id()));
      }
      return new TopUpResult(month(limits, accounts.readMonth(customerId, period), now), false);
    }
    List<Write> writes = new ArrayList<>();
    writes.add(TopUpItem.create(customerId, topUp, period, now));
    Account account = accounts.read(customerId, period, limits);
    writes.addAll(accounts.judge(account, limits, account.topUps().plus(topUp.amount()), now));
    // New limits may have come since these were read.
    writes.add(LimitsItem.unchanged(customerId, limits.version()));
    commit(customerId, writes);
    return new TopUpResult(month(limits, accounts.readMonth(customerId, period), now), true);
  }

  /** Whether a customer can pay for a task. */
  public Admission admission(String customerId, Usd amount) {
    CustomerMonth month = get(customerId);
    Usd remaining = month.remaining();
    boolean cannotPay =
        month.limits().blocks() && remaining != null && amount.isMoreThan(remaining);
    return new Admission(!month.standing().blocked() && !cannotPay, amount, month);
  }

  /**
   * The meter: every customer with a month in this period.
   *
   * @param state null for all
   */
  public Page<Account> meter(
      YearMonth period, Standing.@Nullable State state, @Nullable String cursor) {
    return retry.untilDone(() -> new Meter(table).page(period, state, cursor));
  }

  /**
   * The report of a month.
   *
   * @param period null for the current month
   */
  public Report report(String customerId, @Nullable YearMonth period) {
    return retry.untilDone(() -> {
      Limits limits = accounts.limits(customerId);
      YearMonth month = period == null ? Periods.of(now(), limits.timeZone()) : period;
      return new Reports(table).report(customerId, month, limits);
    });
  }

  private void commit(String customerId, List<Write> writes) {
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      throw new Conflict("the account of " + customerId + " changed");
    }
  }

  private static CustomerMonth month(Limits limits, OpenMonth month, Instant now) {
    Account account = month.account();
    Usd spent = month.spent();
    Usd held = month.held(now);
    Usd cap = account.cap();
    return new CustomerMonth(
        account.customerId(),
        limits,
        account.period(),
        spent,
        account.claimed(),
        held,
        cap,
        cap == null ? null : cap.minus(spent).minus(held).max(Usd.ZERO),
        account.standing(),
        account.openSessions(),
        projected(spent, account.period(), limits.timeZone(), now));
  }

  /** The month's spend if its rest costs as much per day as the part that has passed. */
  static Usd projected(Usd spent, YearMonth period, ZoneId zone, Instant now) {
    Instant start = Periods.start(period, zone);
    long whole = Duration.between(start, Periods.end(period, zone)).toSeconds();
    long passed = Math.clamp(Duration.between(start, now).toSeconds(), 1, whole);
    return new Usd(
        spent
            .value()
            .multiply(BigDecimal.valueOf(whole))
            .divide(BigDecimal.valueOf(passed), PROJECTION_DECIMALS, RoundingMode.HALF_UP));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
