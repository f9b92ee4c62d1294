package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what months come to. The account says it alone while nothing has claimed ahead; else the
 * sessions that have are read, if they are few enough.
 */
final class Months {
  /** One batch read takes so many. */
  private static final int MOST_SESSIONS = 100;

  /** How often the parts are read in the hope that they fit together. */
  private static final int READS = 4;

  private final Table table;
  private final Accounts accounts;

  Months(Table table, Accounts accounts) {
    this.table = table;
    this.accounts = accounts;
  }

  /** A month as it is, with its standing proved. */
  MonthFigures read(AccountKey key, Progress progress, Instant now) {
    Account account = accounts.judge(key, progress, now);
    for (int i = 0; i < READS; i++) {
      MonthFigures figures = figures(account, now);
      if (figures != null) {
        return figures;
      }
      account = accounts.judge(key, progress, now);
    }
    return bounds(account);
  }

  /** The same after every session has given back what it does not use, so that it is exact. */
  MonthFigures readExactly(AccountKey key, Progress progress, Instant now) {
    Account account = accounts.judge(key, progress, now);
    while (account.figures().loose() > MOST_SESSIONS) {
      accounts.pull(account, null, false, now);
      accounts.giveUpWhenLate(progress);
      account = accounts.judge(key, progress, now);
    }
    return read(key, progress, now);
  }

  /** Null where the account has changed meanwhile. */
  private @Nullable MonthFigures figures(Account account, Instant now) {
    int loose = account.figures().loose();
    if (loose > MOST_SESSIONS) {
      return bounds(account);
    }
    Usd spent = account.figures().spent();
    Usd held = account.figures().heldExactly();
    boolean readsMore = false;
    if (held.isPositive()) {
      List<String> expired = accounts.expired(account.key(), now, MOST_SESSIONS);
      held = held.minus(expiredHolds(account, sessions(expired), now));
      readsMore = true;
    }
    if (loose > 0) {
      List<Session> sessions = sessions(accounts.looseSessions(account.key(), MOST_SESSIONS + 1));
      int found = 0;
      for (Session session : sessions) {
        PeriodShare share = session.share(account.period());
        if (share.claim().loose()) {
          found++;
          spent = spent.plus(share.notBooked());
          held = held.plus(session.held(account.period(), now));
        }
      }
      if (found != loose) {
        return null;
      }
      readsMore = true;
    }
    boolean fitsTogether =
        !readsMore || accounts.read(account.key()).version() == account.version();
    return fitsTogether ? new MonthFigures(account, spent, spent, held, true) : null;
  }

  private static MonthFigures bounds(Account account) {
    return new MonthFigures(
        account,
        account.figures().spent(),
        account.figures().most(),
        account.figures().heldExactly(),
        account.isExact());
  }

  private List<Session> sessions(List<String> ids) {
    return ids.isEmpty()
        ? List.of()
        : table.getAll(ids.stream().map(Keys::session).toList()).stream()
            .map(SessionItem::read)
            .toList();
  }

  /** What exact shares still count of holds that have expired. */
  private static Usd expiredHolds(Account account, List<Session> sessions, Instant now) {
    Usd sum = Usd.ZERO;
    for (Session session : sessions) {
      if (!session.share(account.period()).claim().loose()) {
        for (Hold hold : session.holds()) {
          boolean counts = hold.period().equals(account.period()) && !hold.isOpenAt(now);
          sum = counts ? sum.plus(hold.amount()) : sum;
        }
      }
    }
    return sum;
  }
}
