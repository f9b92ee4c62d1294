package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Background maintenance: ends idle sessions and re-evaluates months at risk.
 *
 * <p>Every change is conditional, so overlapping or repeated sweeps do no harm. Each takes the
 * longest-waiting entries first, so that one that runs out of time leaves the rest to the next.
 */
public final class Sweep {
  private static final System.Logger LOG = System.getLogger(Sweep.class.getName());
  private static final int PAGE = 100;

  /** Limits cached per run, bounded so that memory does not grow with customers. */
  private static final int LIMITS_KEPT = 1_000;

  /** Beyond the grace of a month, for zones and for calls that were still under way. */
  private static final Duration LOOK_BACK = Periods.GRACE.plusDays(1);

  private final StoredSessions stored;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Retry retry;

  Sweep(StoredSessions stored, Accounts accounts, Sessions sessions, Retry retry) {
    this.stored = stored;
    this.accounts = accounts;
    this.sessions = sessions;
    this.retry = retry;
  }

  /** Sweeps until all is done or time is up. */
  public SweepResult run(BooleanSupplier hasTime) {
    return new Run(hasTime).sweep();
  }

  /** One sweep, with its counts. */
  private final class Run {
    private final BooleanSupplier hasTime;
    private final Instant start = stored.now();
    private final long startNanos = retry.nanoTime().getAsLong();
    private final Map<String, Limits> limits = new HashMap<>();
    private int scanned;
    private int atRisk;
    private int capped;
    private int closed;
    private int healed;
    private int failed;

    Run(BooleanSupplier hasTime) {
      this.hasTime = hasTime;
    }

    SweepResult sweep() {
      boolean finished = true;
      // A month that is judged moves to the sweep's own second, where it must not come up again.
      long before = start.getEpochSecond() - 1;
      for (int shard = 0; shard < DueIndex.SHARDS; shard++) {
        for (YearMonth period : periods()) {
          finished &= each(DueIndex.month(period, shard), DueIndex.NOT_JUDGED, before, this::judge);
        }
      }
      for (int shard = 0; shard < DueIndex.SHARDS; shard++) {
        finished &= each(DueIndex.session(shard), 0, start.getEpochSecond(), this::endIfIdle);
      }
      for (int shard = 0; shard < DueIndex.SHARDS; shard++) {
        finished &= each(DueIndex.windows(shard), 0, start.getEpochSecond(), this::endWindow);
      }
      Duration duration = Duration.ofNanos(retry.nanoTime().getAsLong() - startNanos);
      return new SweepResult(scanned, atRisk, capped, closed, healed, failed, duration, finished);
    }

    /** The months that can still change: the current one of every time zone, and closing ones. */
    private Set<YearMonth> periods() {
      Set<YearMonth> periods = new TreeSet<>();
      periods.add(Periods.of(start, ZoneOffset.MIN));
      periods.add(Periods.of(start, ZoneOffset.MAX));
      periods.add(Periods.of(start.minus(LOOK_BACK), ZoneOffset.MIN));
      return periods;
    }

    /** Processes all entries of a shard; returns whether there was time for all. */
    private boolean each(String shard, long from, long to, Consumer<Key> deal) {
      Item last = null;
      while (hasTime.getAsBoolean()) {
        List<Item> page;
        try {
          Item after = last;
          page = retry.untilDone(() -> stored.table().due(shard, from, to, after, PAGE));
        } catch (RuntimeException e) {
          fail(shard, e);
          return true;
        }
        for (Item entry : page) {
          if (!hasTime.getAsBoolean()) {
            return false;
          }
          scanned++;
          try {
            deal.accept(entry.key());
          } catch (RuntimeException e) {
            fail(entry.key().toString(), e);
          }
        }
        if (page.size() < PAGE) {
          return true;
        }
        last = page.getLast();
      }
      return false;
    }

    /** One bad entry must not block the others. */
    private void fail(String what, RuntimeException why) {
      failed++;
      LOG.log(System.Logger.Level.WARNING, "The sweep failed for " + what, why);
    }

    private void judge(Key key) {
      AccountKey account = Keys.accountKey(key);
      Progress progress = accounts.begin();
      Account judged = retry.untilDone(() -> lookAfter(account, progress));
      atRisk++;
      if (judged.standing().state() == Standing.State.CAPPED) {
        capped++;
      }
      if (!judged.state().tight()) {
        healed++;
      }
    }

    /** Judges an account that waits for it, and clears what lies idle in one that is tight. */
    private Account lookAfter(AccountKey key, Progress progress) {
      while (accounts.freeExpired(key, null, start)) {
        accounts.giveUpWhenLate(progress);
      }
      Account account = accounts.judge(key, progress, start);
      if (!account.state().tight()) {
        return account;
      }
      accounts.pull(account, null, false, start);
      account = accounts.read(key);
      boolean isLoosened = account.hasRoom();
      Write write =
          isLoosened
              ? AccountItem.loosen(account)
              : AccountItem.lookedAt(account, start.getEpochSecond());
      try {
        stored.table().transact(List.of(write));
      } catch (WriteRefused e) {
        throw new Conflict("the account " + key + " changed");
      }
      return isLoosened ? account.withoutTight() : account;
    }

    private void endWindow(Key key) {
      retry.untilDone(() -> tryEndWindow(key));
    }

    /** Tells those with an open incident of a month that the month is over. */
    private boolean tryEndWindow(Key key) {
      Item incident = stored.table().get(key);
      if (incident == null || !incident.has(Table.DUE_AT)) {
        return false; // The index lags.
      }
      String customerId = Keys.customerId(key);
      YearMonth period = Keys.incidentPeriod(key);
      Instant end = Periods.end(period, accounts.limits(customerId).timeZone());
      List<Write> writes = new ArrayList<>();
      if (end.isAfter(start)) {
        writes.add(IncidentItem.moveDue(incident, end));
      } else {
        writes.add(IncidentItem.close(incident));
        if (!IncidentItem.told(incident).isEmpty()) {
          Account account = accounts.read(AccountKey.ofMonth(customerId, period));
          Alert ended =
              Alerts.windowEnded(
                  account, account.figures().spent(), incident.instant("last_at"), start);
          writes.addAll(AlertItem.create(List.of(ended)));
        }
      }
      try {
        stored.table().transact(writes);
      } catch (WriteRefused e) {
        throw new Conflict("an incident of " + customerId + " changed");
      }
      return true;
    }

    private void endIfIdle(Key key) {
      String sessionId = Keys.sessionId(key);
      boolean isClosed = retry.untilDone(() -> tryEndIfIdle(sessionId));
      closed += isClosed ? 1 : 0;
    }

    private boolean tryEndIfIdle(String sessionId) {
      Session session = stored.find(sessionId);
      if (session == null || session.isEnded()) {
        return false; // The index lags.
      }
      Instant dueAt = dueAt(session);
      if (dueAt.isAfter(start)) {
        stored.commit(sessionId, List.of(SessionItem.moveDue(session, dueAt)));
        return false;
      }
      sessions.end(session, start);
      return true;
    }

    /** When nothing will use the session any more, as far as can be said now. */
    private Instant dueAt(Session session) {
      String customerId = session.terms().customerId();
      if (limits.size() == LIMITS_KEPT) {
        limits.clear();
      }
      Limits its = limits.computeIfAbsent(customerId, accounts::limits);
      Instant idleAt = session.updatedAt().plus(Duration.ofMinutes(its.idleTimeoutMinutes()));
      Instant latest = session.terms().startedAt().plus(Session.MAX_LIFETIME);
      Instant dueAt = idleAt.isBefore(latest) ? idleAt : latest;
      for (Hold hold : session.holds()) {
        dueAt = hold.expiresAt().isAfter(dueAt) ? hold.expiresAt() : dueAt;
      }
      return dueAt;
    }
  }
}
