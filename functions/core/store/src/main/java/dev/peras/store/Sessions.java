package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.engine.sessions.Holds;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.Item;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts, meters and ends sessions. Thread-safe.
 *
 * <p>Every change is one transaction, conditional on the version that it was computed from; when
 * that has moved on, the change is computed again. So any call may be repeated, in parallel too.
 */
public final class Sessions {
  /** What a session is started for: money that may be spent, or money that is gone. */
  private enum Purpose {
    SPEND,
    RECORD
  }

  private static final int LEDGER_PAGE = 500;

  private final StoredSessions stored;
  private final Accounts accounts;
  private final Prices prices;
  private final Recorder recorder;
  private final Retry retry;
  private final Supplier<String> newIds;
  private final boolean alertOnWarnings;
  private final SessionLists lists;
  private final BlockedAlerts blockedAlerts;

  Sessions(
      StoredSessions stored,
      Accounts accounts,
      Prices prices,
      Recorder recorder,
      Retry retry,
      Supplier<String> newIds,
      boolean alertOnWarnings) {
    this.stored = stored;
    this.accounts = accounts;
    this.prices = prices;
    this.recorder = recorder;
    this.retry = retry;
    this.newIds = newIds;
    this.alertOnWarnings = alertOnWarnings;
    this.lists = new SessionLists(stored.table());
    this.blockedAlerts = new BlockedAlerts(stored, accounts, retry);
  }

  /**
   * Starts a session, or finds the one that the same request started before.
   *
   * @throws Refusal SessionExists, CustomerCapReached, UnknownModel
   */
  public StartResult start(StartRequest request) {
    String id = request.sessionId() == null ? newIds.get() : request.sessionId();
    try {
      return retry.untilDone(() -> tryStart(id, request, Purpose.SPEND, accounts.begin()));
    } catch (Refusal refusal) {
      // An earlier start stands, whatever limits or prices are now.
      Session existing =
          request.sessionId() == null ? null : retry.untilDone(() -> stored.find(id));
      if (existing != null) {
        return existing(existing, request);
      }
      blockedAlerts.tellOfStart(refusal, request.customerId());
      throw refusal;
    }
  }

  /**
   * Opens a session for usage that has happened: no limit refuses it, and an existing one stays as
   * it is.
   */
  public Session open(StartRequest request) {
    String id = request.sessionId() == null ? newIds.get() : request.sessionId();
    return retry.untilDone(() -> {
      Session existing = stored.find(id);
      return existing == null
          ? tryStart(id, request, Purpose.RECORD, accounts.begin()).session()
          : existing;
    });
  }

  /** A session as it was seen last, perhaps a while ago: its terms never change. */
  public @Nullable Session lastSeen(String sessionId) {
    Session cached = stored.cached(sessionId);
    return cached == null ? retry.untilDone(() -> stored.find(sessionId)) : cached;
  }

  private StartResult tryStart(
      String id, StartRequest request, Purpose purpose, Progress progress) {
    Instant now = stored.now();
    if (request.model() != null && !prices.knows(request.model(), now)) {
      throw Refusal.because(new Reason.NoPrice(new Unpriced.UnknownModel(request.model())));
    }
    Limits limits = accounts.limits(request.customerId());
    YearMonth period = Periods.of(now, limits.timeZone());
    AccountKey key = AccountKey.ofMonth(request.customerId(), period);
    Account account = accounts.read(key, limits);
    if (purpose == Purpose.SPEND && account.state().unjudged()) {
      account = accounts.judge(key, progress, now);
    }
    if (purpose == Purpose.SPEND && account.standing().blocked()) {
      throw accounts.startRefused(account, now);
    }
    Session.Terms terms =
        new Session.Terms(
            id,
            request.customerId(),
            new Session.Labels(request.task(), request.tags()),
            request.model(),
            request.budget(),
            request.detectors(),
            new Session.Start(now, limits.timeZone(), request.fingerprint()));
    Session session = Session.start(terms, account.standing());
    List<Write> writes = new ArrayList<>();
    writes.add(
        SessionItem.create(session, now.plus(Duration.ofMinutes(limits.idleTimeoutMinutes()))));
    writes.addAll(accounts.open(session, account, now));
    try {
      stored.table().transact(writes);
    } catch (WriteRefused e) {
      Item existing = e.item(Keys.session(id));
      if (existing == null) {
        throw new Conflict("the account of " + request.customerId() + " changed");
      }
      Session first = SessionItem.read(existing);
      return purpose == Purpose.SPEND ? existing(first, request) : new StartResult(first, false);
    }
    stored.remember(session, false);
    return new StartResult(session, true);
  }

  private static StartResult existing(Session session, StartRequest request) {
    if (!session.terms().fingerprint().equals(request.fingerprint())) {
      throw Refusal.because(new Reason.SessionExists(session.id()));
    }
    // Under an id made for this very call, it can only be this call's own start.
    return new StartResult(session, request.sessionId() == null);
  }

  /**
   * Records usage events, each once however often it is sent.
   *
   * @throws Refusal SessionNotFound, SessionClosed, UnknownModel, OccurredAtInFuture,
   *     EventConflict: then nothing is recorded
   */
  public RecordResult record(String sessionId, List<UsageEvent> events) {
    return retry.inTurn(
        sessionId,
        Retry.Pace.YIELDING,
        () ->
            new RecordAttempt(
                stored, accounts, recorder, prices, sessionId, events, alertOnWarnings));
  }

  /**
   * Holds money for a model call. The same request again gets the same answer.
   *
   * @throws Refusal SessionNotFound, SessionEnded, UnknownModel, HoldExists, TooManyHolds,
   *     SessionBudgetReached, CustomerCapReached
   */
  public HoldGrant hold(String sessionId, HoldRequest request) {
    try {
      return retry.inTurn(
          sessionId,
          Retry.Pace.STEADY,
          () -> new HoldAttempt(stored, accounts, prices, sessionId, request));
    } catch (Refusal refusal) {
      // A hold granted earlier stands, whatever is left now.
      Item marker =
          retry.untilDone(() -> stored.table().get(Keys.hold(sessionId, request.holdId())));
      if (marker != null) {
        return HoldAttempt.granted(marker, request);
      }
      blockedAlerts.tell(refusal, sessionId);
      throw refusal;
    }
  }

  /** Releases a hold. One that is gone or was never granted can't be granted any more. */
  public void release(String sessionId, String holdId) {
    Progress progress = accounts.begin();
    retry.untilDone(() -> tryRelease(sessionId, holdId, progress));
  }

  private Session tryRelease(String sessionId, String holdId, Progress progress) {
    Session session = stored.read(sessionId);
    Instant now = stored.now();
    List<Write> writes = new ArrayList<>();
    writes.add(HoldItem.over(sessionId, holdId, now));
    if (Holds.find(session, holdId) == null) {
      // The hold may be granted this moment: then the session has changed, and we look again.
      writes.add(SessionItem.unchanged(session));
      commit(sessionId, writes, progress);
      return session;
    }
    Session after = Holds.release(session.withoutExpiredHolds(now), holdId);
    Accounts.Prepared prepared = accounts.follow(session, after, progress, now);
    writes.add(SessionItem.update(prepared.session()));
    writes.addAll(prepared.writes());
    commit(sessionId, writes, progress);
    Session released = prepared.session().withVersion(session.version() + 1);
    stored.remember(released, false);
    return released;
  }

  /** Ends a session; one that has ended stays as it is. */
  public Session end(String sessionId) {
    return retry.untilDone(() -> tryEnd(sessionId));
  }

  private Session tryEnd(String sessionId) {
    Session session = stored.read(sessionId);
    return session.isEnded() ? session : end(session, stored.now());
  }

  /** Ends a session that is as it was read. */
  Session end(Session session, Instant now) {
    String sessionId = session.id();
    Session ended = session.end(now);
    Accounts.Prepared prepared = accounts.settle(session, ended);
    List<Write> writes = new ArrayList<>();
    writes.add(SessionItem.end(prepared.session()));
    writes.addAll(prepared.writes());
    if (stored.table().get(Keys.sessionIncident(sessionId)) != null) {
      writes.addAll(AlertItem.create(List.of(Alerts.ended(prepared.session(), now))));
    }
    commit(sessionId, writes, accounts.begin());
    Session settled = prepared.session().withVersion(session.version() + 1);
    stored.remember(settled, false);
    return settled;
  }

  /** Writes what a session changes with; the session must not have changed since it was read. */
  private void commit(String sessionId, List<Write> writes, Progress progress) {
    stored.forget(sessionId);
    try {
      accounts.commit(writes, progress);
    } catch (WriteRefused e) {
      progress.forget();
      throw StoredSessions.changed(sessionId);
    }
  }

  /** A session with its customer's standing of this moment. */
  public Session get(String sessionId) {
    return retry.untilDone(() -> {
      Session session = stored.read(sessionId);
      YearMonth period = Periods.of(stored.now(), session.terms().zone());
      Account account = accounts.read(AccountKey.ofMonth(session.terms().customerId(), period));
      return session.withCustomer(account.standing());
    });
  }

  /**
   * Sessions, of one customer or of all.
   *
   * @param ended null for open and ended ones
   */
  public Page<Session> list(
      @Nullable String customerId, @Nullable Boolean ended, @Nullable String cursor) {
    return retry.untilDone(() -> lists.page(customerId, ended, cursor));
  }

  /** A session's steps in order. */
  public Page<Step> ledger(String sessionId, @Nullable String cursor) {
    long after = Cursors.step(cursor);
    return retry.untilDone(() -> {
      stored.read(sessionId);
      String pk = Keys.session(sessionId).pk();
      List<Step> steps =
          stored.table().query(pk, Keys.EVENT_PREFIX, null, Integer.MAX_VALUE).stream()
              .map(StepItem::read)
              .sorted(Comparator.comparingLong(Step::number))
              .filter(step -> step.number() > after)
              .limit(LEDGER_PAGE + 1L)
              .toList();
      return steps.size() <= LEDGER_PAGE
          ? new Page<>(steps, null)
          : new Page<>(
              steps.subList(0, LEDGER_PAGE), Cursors.ofStep(steps.get(LEDGER_PAGE - 1).number()));
    });
  }
}
