package dev.peras.store;

import dev.peras.engine.Account;
import dev.peras.engine.Limits;
import dev.peras.engine.Periods;
import dev.peras.engine.Usd;
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
    return retry.untilDone(() -> {
      Instant now = now();
      Limits limits = wanted.withVersion(accounts.limits(customerId).version() + 1);
      YearMonth period = Periods.of(now, limits.timeZone());
      List<Write> writes = new ArrayList<>();
      writes.add(LimitsItem.replace(customerId, limits));
      writes.add(underLimits(customerId, period, limits, now));
      try {
        table.transact(writes);
      } catch (WriteRefused e) {
        throw new Retry.Again("the account of " + customerId + " changed");
      }
      return month(limits, accounts.readMonth(customerId, period), now);
    });
  }

  /** The write that puts the current month under other limits. */
  private Write underLimits(String customerId, YearMonth period, Limits limits, Instant now) {
    Account account = accounts.read(customerId, period);
    if (account.version() == 0) {
      // Nothing has happened yet: whoever opens the month takes the new limits.
      return new Write.Check(Key.account(customerId, period), Condition.absent());
    }
    // Spending is at most what is claimed, so where even that is below every threshold, and was
    // before, nobody need add it up.
    Account ifAllWereSpent = account.withLimits(limits, account.topUps(), account.claimed());
    boolean isFarFromAny = ifAllWereSpent.thresholds().stream().noneMatch(t -> t.alerting());
    boolean wasFarFromAny = account.thresholds().stream().noneMatch(t -> t.alerting());
    if (isFarFromAny && wasFarFromAny && account.room().isPositive()) {
      return AccountItem.replace(ifAllWereSpent);
    }
    OpenMonth month = accounts.pullBack(customerId, period, null, now);
    Account exact = month.account();
    return AccountItem.replace(exact.withLimits(limits, exact.topUps(), month.spent()));
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

  /** The month's spend if its rest goes like the part that has passed. */
  private static Usd projected(Usd spent, YearMonth period, ZoneId zone, Instant now) {
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
