package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.budgets.Projection;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Customers' limits, and their months to the cent. Thread-safe. */
public final class Customers {
  private final Table table;
  private final Accounts accounts;
  private final Months months;
  private final Retry retry;
  private final InstantSource clock;

  Customers(Table table, Accounts accounts, Retry retry, InstantSource clock) {
    this.table = table;
    this.accounts = accounts;
    this.months = new Months(table, accounts);
    this.retry = retry;
    this.clock = clock;
  }

  /** The deployment's limits, for customers that have none of their own. */
  public Limits defaults() {
    return accounts.defaults();
  }

  /** A customer's limits and current month. A customer never seen has the default limits. */
  public CustomerMonth get(String customerId) {
    return get(customerId, false);
  }

  /**
   * The same.
   *
   * @param exactly whether sessions that have claimed ahead give that back first, where there are
   *     too many to read
   */
  public CustomerMonth get(String customerId, boolean exactly) {
    Progress progress = accounts.begin();
    return retry.untilDone(() -> {
      Instant now = now();
      Limits limits = accounts.limits(customerId);
      AccountKey key = key(customerId, limits, now);
      return month(
          limits,
          exactly ? months.readExactly(key, progress, now) : months.read(key, progress, now),
          now);
    });
  }

  /** Replaces a customer's limits; they are in force, and judged, when this returns. */
  public CustomerMonth put(String customerId, Limits wanted) {
    return retry.untilDone(Retry.Pace.STEADY, new Put(customerId, wanted));
  }

  private final class Put implements Retry.Attempts<CustomerMonth> {
    private final String customerId;
    private final Limits wanted;
    private final Progress progress = accounts.begin();

    /** The accounts that are under the new limits by now. */
    private @Nullable List<AccountKey> changed;

    Put(String customerId, Limits wanted) {
      this.customerId = customerId;
      this.wanted = wanted;
    }

    @Override
    public CustomerMonth attempt() {
      Instant now = now();
      if (changed == null) {
        changed = tryPut(customerId, wanted, now);
      }
      for (AccountKey account : changed) {
        accounts.judge(account, progress, now);
      }
      Limits limits = accounts.limits(customerId);
      return month(limits, months.read(key(customerId, limits, now), progress, now), now);
    }

    @Override
    public void forget() {
      progress.forget();
    }
  }

  private List<AccountKey> tryPut(String customerId, Limits wanted, Instant now) {
    Limits before = accounts.limits(customerId);
    Limits limits = wanted.withVersion(before.version() + 1);
    YearMonth period = Periods.of(now, limits.timeZone());
    List<AccountKey> changed = new ArrayList<>(2);
    List<Write> writes = new ArrayList<>();
    writes.add(LimitsItem.replace(customerId, limits));
    // By the zone of before another month may last, and an event from a clock that is a little
    // ahead may have opened the next one.
    YearMonth inZoneBefore = Periods.of(now, before.timeZone());
    YearMonth month = inZoneBefore.isBefore(period) ? inZoneBefore : period;
    for (; !month.isAfter(period.plusMonths(1)); month = month.plusMonths(1)) {
      AccountKey key = AccountKey.ofMonth(customerId, month);
      Account account = accounts.read(key, limits);
      if (account.version() == 0) {
        // Nothing has happened yet: whoever opens the month takes the new limits.
        writes.add(new Write.Check(Keys.account(key), Condition.absent()));
      } else {
        writes.addAll(accounts.underLimits(account, limits, account.terms().topUps(), now));
        changed.add(key);
      }
    }
    commit(customerId, writes);
    return changed;
  }

  /**
   * Adds to the cap of the current month, once.
   *
   * @throws Refusal TopUpExists when another top-up has this id
   */
  public TopUpResult topUp(String customerId, TopUp topUp) {
    return retry.untilDone(Retry.Pace.STEADY, new AddTopUp(customerId, topUp));
  }

  private final class AddTopUp implements Retry.Attempts<TopUpResult> {
    private final String customerId;
    private final TopUp topUp;
    private final Progress progress = accounts.begin();
    private boolean isMade;

    AddTopUp(String customerId, TopUp topUp) {
      this.customerId = customerId;
      this.topUp = topUp;
    }

    @Override
    public TopUpResult attempt() {
      Instant now = now();
      Limits limits = accounts.limits(customerId);
      AccountKey key = key(customerId, limits, now);
      boolean isNew = isMade || tryTopUp(customerId, topUp, limits, key, now);
      isMade = isNew;
      return new TopUpResult(month(limits, months.read(key, progress, now), now), isNew);
    }

    @Override
    public void forget() {
      progress.forget();
    }
  }

  /** Whether it was made now; false where it had been before. */
  private boolean tryTopUp(
      String customerId, TopUp topUp, Limits limits, AccountKey key, Instant now) {
    Item made = table.get(Keys.topUp(customerId, topUp.id()));
    if (made != null) {
      if (!TopUpItem.read(made).equals(topUp)) {
        throw Refusal.because(new Reason.TopUpExists(topUp.id()));
      }
      return false;
    }
    List<Write> writes = new ArrayList<>();
    writes.add(TopUpItem.create(customerId, topUp, key.period(), now));
    Account account = accounts.read(key, limits);
    writes.addAll(
        accounts.underLimits(account, limits, account.terms().topUps().plus(topUp.amount()), now));
    // New limits may have come since these were read.
    writes.add(LimitsItem.unchanged(customerId, limits.version()));
    commit(customerId, Accounts.once(writes));
    return true;
  }

  private static AccountKey key(String customerId, Limits limits, Instant now) {
    return AccountKey.ofMonth(customerId, Periods.of(now, limits.timeZone()));
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

  private static CustomerMonth month(Limits limits, MonthFigures month, Instant now) {
    Account account = month.account();
    Usd spent = month.spent();
    Usd held = month.held();
    Usd cap = account.cap();
    return new CustomerMonth(
        account.customerId(),
        limits,
        account.period(),
        spent,
        month.spentAtMost(),
        month.exact(),
        account.figures().claimed(),
        held,
        cap,
        cap == null ? null : cap.minus(spent).minus(held).max(Usd.ZERO),
        account.standing(),
        account.figures().openSessions(),
        Projection.ofMonth(spent, account.period(), limits.timeZone(), now));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
