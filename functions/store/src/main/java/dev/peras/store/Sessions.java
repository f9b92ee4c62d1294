package dev.peras.store;

import dev.peras.engine.Account;
import dev.peras.engine.Hash;
import dev.peras.engine.Hold;
import dev.peras.engine.Holds;
import dev.peras.engine.Limits;
import dev.peras.engine.Periods;
import dev.peras.engine.Price;
import dev.peras.engine.Recorder;
import dev.peras.engine.Refusal;
import dev.peras.engine.Session;
import dev.peras.engine.Step;
import dev.peras.engine.UsageEvent;
import dev.peras.engine.Usd;
import dev.peras.engine.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts, meters and ends sessions. Thread-safe.
 *
 * <p>Every change is one transaction, conditional on the version that it was computed from; when
 * that has moved on, the change is computed again. So any call may be repeated, in parallel too.
 */
public final class Sessions {
  /** How long after the last moment that its session takes usage an event is still remembered. */
  static final Duration EVENT_RETENTION = Duration.ofDays(7);

  private static final int LEDGER_PAGE = 500;

  private final Table table;
  private final Accounts accounts;
  private final Prices prices;
  private final Recorder recorder;
  private final SessionCache cache;
  private final Retry retry;
  private final InstantSource clock;
  private final Supplier<String> newIds;
  private final SessionLists lists;

  Sessions(
      Table table,
      Accounts accounts,
      Prices prices,
      Recorder recorder,
      SessionCache cache,
      Retry retry,
      InstantSource clock,
      Supplier<String> newIds) {
    this.table = table;
    this.accounts = accounts;
    this.prices = prices;
    this.recorder = recorder;
    this.cache = cache;
    this.retry = retry;
    this.clock = clock;
    this.newIds = newIds;
    this.lists = new SessionLists(table);
  }

  /**
   * Starts a session, or finds the one that the same request started before.
   *
   * @throws Refusal SESSION_EXISTS, CUSTOMER_CAP_REACHED, UNKNOWN_MODEL
   */
  public Started start(StartRequest request) {
    String id = request.sessionId() == null ? newIds.get() : request.sessionId();
    try {
      return retry.untilDone(() -> tryStart(id, request));
    } catch (Refusal refusal) {
      // A start that was made before stands, whatever limits or prices say now.
      Session existing = request.sessionId() == null ? null : find(id);
      if (existing != null) {
        return existing(existing, request);
      }
      throw refusal;
    }
  }

  private Started tryStart(String id, StartRequest request) {
    Instant now = now();
    if (request.model() != null && prices.priceOf(request.model(), now) == null) {
      throw Refusal.of(
          Refusal.Code.UNKNOWN_MODEL,
          Refusal.Fault.of("model", Recorder.unpriced(request.model())));
    }
    Limits limits = accounts.limits(request.customerId());
    YearMonth period = Periods.of(now, limits.timeZone());
    Account account = accounts.read(request.customerId(), period, limits);
    if (account.standing().blocked()) {
      throw accounts.capReached(account, null, now);
    }
    Session.Terms terms =
        new Session.Terms(
            id,
            request.customerId(),
            request.task(),
            request.model(),
            request.budget(),
            request.detectors(),
            request.tags(),
            limits.timeZone(),
            now,
            request.fingerprint());
    Session session = Session.start(terms, account.standing());
    List<Write> writes = new ArrayList<>();
    writes.add(
        SessionItem.create(session, now.plus(Duration.ofMinutes(limits.idleTimeoutMinutes()))));
    writes.addAll(accounts.open(session, account));
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      Item existing = e.item(Key.session(id));
      if (existing == null) {
        throw new Retry.Again("the account of " + request.customerId() + " changed");
      }
      return existing(SessionItem.read(existing), request);
    }
    cache.put(session, false);
    return new Started(session, true);
  }

  private static Started existing(Session session, StartRequest request) {
    if (!session.terms().fingerprint().equals(request.fingerprint())) {
      throw Refusal.of(
          Refusal.Code.SESSION_EXISTS,
          "Session %s was started by another request.".formatted(session.id()));
    }
    // Under an id made for this very call, it can only be this call's own start.
    return new Started(session, request.sessionId() == null);
  }

  /**
   * Records usage events, each once however often it is sent.
   *
   * @throws Refusal SESSION_NOT_FOUND, SESSION_CLOSED, UNKNOWN_MODEL, OCCURRED_AT_IN_FUTURE,
   *     EVENT_CONFLICT: then nothing is recorded
   */
  public Recorded record(String sessionId, List<UsageEvent> events) {
    return retry.untilDone(new Recording(sessionId, events)::attempt);
  }

  /** One request to record, with what its attempts have learned. */
  private final class Recording {
    private final String sessionId;
    private final List<UsageEvent> events;
    private final Map<String, Hash> fingerprints = new LinkedHashMap<>();

    /** Steps of events that had been counted before. */
    private final Map<String, Step> counted = new HashMap<>();

    /** Holds that are marked as over by now. */
    private final Set<String> forbidden = new HashSet<>();

    private @Nullable Session known;
    private boolean contended;

    Recording(String sessionId, List<UsageEvent> events) {
      this.sessionId = sessionId;
      this.events = events;
      this.known = cache.guess(sessionId);
      List<Integer> conflicts = new ArrayList<>();
      for (int i = 0; i < events.size(); i++) {
        Hash fingerprint = events.get(i).fingerprint();
        Hash first = fingerprints.putIfAbsent(events.get(i).eventId(), fingerprint);
        if (first != null && !first.equals(fingerprint)) {
          conflicts.add(i);
        }
      }
      refuse(conflicts, "comes twice in this request, with different content");
    }

    Recorded attempt() {
      Session session = known == null ? read(sessionId) : known;
      known = null;
      Instant now = now();
      List<UsageEvent> fresh = fresh();
      Verdict verdict = recorder.record(session, fresh, now);
      if (fresh.isEmpty()) {
        cache.put(session, contended);
        return recorded(session, verdict);
      }
      forbidLateGrants(session, fresh, now);
      Accounts.Prepared prepared =
          accounts.follow(session, verdict.session().withoutExpiredHolds(now), now);
      List<Write> writes = new ArrayList<>();
      Instant expiresAt =
          session
              .terms()
              .startedAt()
              .plus(Session.MAX_LIFETIME)
              .plus(Session.LATE_WINDOW)
              .plus(EVENT_RETENTION);
      for (Step step : verdict.steps()) {
        writes.add(StepItem.create(sessionId, step, expiresAt));
      }
      writes.add(SessionItem.update(prepared.session()));
      writes.addAll(prepared.writes());
      try {
        table.transact(writes);
      } catch (WriteRefused e) {
        learn(session, e);
        throw new Retry.Again("session " + sessionId + " is written by others");
      } catch (TableBusy e) {
        cache.forget(sessionId);
        throw e;
      }
      Session stored = prepared.session().withVersion(session.version() + 1);
      cache.put(stored, contended);
      return recorded(stored, verdict);
    }

    /**
     * A hold that is settled and not there may still be asked for, late: it must not be granted
     * then. That is written first, since a batch has no room for it; should the session take the
     * hold this moment, it has another version, and the events are counted again.
     */
    private void forbidLateGrants(Session session, List<UsageEvent> fresh, Instant now) {
      List<Write> writes = new ArrayList<>();
      for (UsageEvent event : fresh) {
        String holdId = event.holdId();
        if (holdId != null && Holds.find(session, holdId) == null && forbidden.add(holdId)) {
          writes.add(HoldItem.over(sessionId, holdId, now));
        }
      }
      if (!writes.isEmpty()) {
        table.transact(writes);
      }
    }

    /** The events that are not counted yet, as far as is known. */
    private List<UsageEvent> fresh() {
      Map<String, UsageEvent> fresh = new LinkedHashMap<>();
      for (UsageEvent event : events) {
        if (!counted.containsKey(event.eventId())) {
          fresh.putIfAbsent(event.eventId(), event);
        }
      }
      return List.copyOf(fresh.values());
    }

    /** Takes from a refusal which events are counted, and what the session is now. */
    private void learn(Session session, WriteRefused refused) {
      List<Integer> conflicts = new ArrayList<>();
      for (int i = 0; i < events.size(); i++) {
        String eventId = events.get(i).eventId();
        Item item = refused.item(Key.event(sessionId, eventId));
        if (item != null) {
          Step step = StepItem.read(item);
          counted.put(eventId, step);
          if (!step.fingerprint().equals(fingerprints.get(eventId))) {
            conflicts.add(i);
          }
        }
      }
      refuse(conflicts, "has been recorded with different content");
      Item current = refused.item(Key.session(sessionId));
      if (current != null) {
        contended = true;
        known = SessionItem.read(current);
      } else {
        known = session;
      }
    }

    private void refuse(List<Integer> conflicts, String why) {
      if (!conflicts.isEmpty()) {
        throw Refusal.of(
            Refusal.Code.EVENT_CONFLICT,
            "An event_id " + why + ". Nothing of this request was recorded.",
            conflicts.stream()
                .map(i -> new Refusal.Fault(i, "event_id", conflict(i, why)))
                .toList());
      }
    }

    private String conflict(int index, String why) {
      return "'%s' %s".formatted(events.get(index).eventId(), why);
    }

    private Recorded recorded(Session session, Verdict verdict) {
      Map<String, Step> steps = new HashMap<>();
      verdict.steps().forEach(step -> steps.put(step.eventId(), step));
      List<Recorded.Entry> entries = new ArrayList<>(events.size());
      for (UsageEvent event : events) {
        // The first of several equal events in a request is the one that counts.
        Step step = steps.remove(event.eventId());
        boolean isDuplicate = step == null;
        if (step != null) {
          counted.put(event.eventId(), step);
        } else {
          step = Objects.requireNonNull(counted.get(event.eventId()));
        }
        entries.add(
            new Recorded.Entry(
                step.eventId(), step.number(), step.cost(), isDuplicate, step.late()));
      }
      return new Recorded(session, entries, verdict.raised());
    }
  }

  /**
   * Sets money aside for a model call. The same request again gets the same answer.
   *
   * @throws Refusal SESSION_NOT_FOUND, SESSION_ENDED, UNKNOWN_MODEL, HOLD_EXISTS, TOO_MANY_HOLDS,
   *     SESSION_BUDGET_REACHED, CUSTOMER_CAP_REACHED
   */
  public Held hold(String sessionId, HoldRequest request) {
    try {
      return retry.untilDone(new Holding(sessionId, request)::attempt);
    } catch (Refusal refusal) {
      // A hold that was granted before stands, whatever is left now.
      Item marker = retry.untilDone(() -> table.get(Key.hold(sessionId, request.holdId())));
      if (marker != null) {
        return granted(marker, request);
      }
      throw refusal;
    }
  }

  /** One request for a hold, with what its attempts have learned. */
  private final class Holding {
    private final String sessionId;
    private final HoldRequest request;
    private @Nullable Session known;
    private boolean contended;

    Holding(String sessionId, HoldRequest request) {
      this.sessionId = sessionId;
      this.request = request;
      this.known = cache.guess(sessionId);
    }

    Held attempt() {
      Session guess = known;
      known = null;
      if (guess != null) {
        try {
          return attempt(guess);
        } catch (Refusal refusal) {
          // Others may have made room since: only what is there now may refuse.
        }
      }
      return attempt(read(sessionId));
    }

    private Held attempt(Session session) {
      Instant now = now();
      Hold hold =
          new Hold(
              request.holdId(),
              amount(session, request, now),
              Periods.of(now, session.terms().zone()),
              now.plus(request.ttl()));
      Session after = Holds.grant(session.withoutExpiredHolds(now), hold, now);
      Accounts.Prepared prepared = accounts.followHold(session, after, hold, now);
      Session next = prepared.session();
      Held held = new Held(hold.id(), hold.amount(), hold.expiresAt(), next.remaining(now), true);
      List<Write> writes = new ArrayList<>();
      writes.add(HoldItem.granted(sessionId, held, request.fingerprint(), now));
      writes.add(SessionItem.update(next));
      writes.addAll(prepared.writes());
      try {
        table.transact(writes);
      } catch (WriteRefused e) {
        Item marker = e.item(Key.hold(sessionId, hold.id()));
        if (marker != null) {
          return granted(marker, request);
        }
        contended |= e.concerns(Key.session(sessionId));
        known = e.concerns(Key.session(sessionId)) ? current(e, sessionId) : session;
        throw new Retry.Again("session " + sessionId + " is written by others");
      } catch (TableBusy e) {
        cache.forget(sessionId);
        throw e;
      }
      cache.put(next.withVersion(session.version() + 1), contended);
      return held;
    }
  }

  /** Most refusals of a write show the session as it is by now. */
  private static @Nullable Session current(WriteRefused refused, String sessionId) {
    Item item = refused.item(Key.session(sessionId));
    return item == null ? null : SessionItem.read(item);
  }

  private Usd amount(Session session, HoldRequest request, Instant now) {
    Usd amount = request.amount();
    if (amount != null) {
      return amount;
    }
    String model = request.model() == null ? session.terms().model() : request.model();
    Price price = model == null ? null : prices.priceOf(model, now);
    if (price == null) {
      throw Refusal.of(
          model == null ? Refusal.Code.INVALID_REQUEST : Refusal.Code.UNKNOWN_MODEL,
          Refusal.Fault.of("model", Recorder.unpriced(model)));
    }
    return Holds.ceiling(price, Objects.requireNonNull(request.most()));
  }

  private static Held granted(Item marker, HoldRequest request) {
    Held answer = HoldItem.answer(marker);
    if (answer == null || !marker.hash("fingerprint").equals(request.fingerprint())) {
      throw Refusal.of(
          Refusal.Code.HOLD_EXISTS,
          answer == null
              ? "Hold %s was released or settled before it was asked for."
                  .formatted(request.holdId())
              : "Hold %s was granted to another request.".formatted(request.holdId()));
    }
    return answer;
  }

  /** Releases a hold. One that is gone or was never granted can't be granted any more. */
  public void release(String sessionId, String holdId) {
    retry.untilDone(() -> tryRelease(sessionId, holdId));
  }

  private Session tryRelease(String sessionId, String holdId) {
    Session session = read(sessionId);
    Instant now = now();
    List<Write> writes = new ArrayList<>();
    writes.add(HoldItem.over(sessionId, holdId, now));
    if (Holds.find(session, holdId) == null) {
      // The hold may be granted this moment: then the session has changed, and we look again.
      writes.add(SessionItem.unchanged(session));
      commit(sessionId, writes);
      return session;
    }
    Session after = Holds.release(session.withoutExpiredHolds(now), holdId);
    Accounts.Prepared prepared = accounts.follow(session, after, now);
    writes.add(SessionItem.update(prepared.session()));
    writes.addAll(prepared.writes());
    commit(sessionId, writes);
    Session stored = prepared.session().withVersion(session.version() + 1);
    cache.put(stored, false);
    return stored;
  }

  /** Writes what a session changes with; it must not have changed since. */
  void commit(String sessionId, List<Write> writes) {
    cache.forget(sessionId);
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      throw new Retry.Again("session " + sessionId + " is written by others");
    }
  }

  /** Ends a session; one that has ended stays as it is. */
  public Session end(String sessionId) {
    return retry.untilDone(() -> tryEnd(sessionId));
  }

  private Session tryEnd(String sessionId) {
    Session session = read(sessionId);
    return session.isEnded() ? session : end(session, now());
  }

  /** Ends a session that is as it was read. */
  Session end(Session session, Instant now) {
    String sessionId = session.id();
    Session ended = session.end(now);
    List<Write> writes = new ArrayList<>();
    writes.add(SessionItem.end(ended));
    writes.addAll(accounts.settle(session, ended));
    commit(sessionId, writes);
    Session stored = ended.withVersion(session.version() + 1);
    cache.put(stored, false);
    return stored;
  }

  /** A session with its customer's standing of this moment. */
  public Session get(String sessionId) {
    return retry.untilDone(() -> {
      Session session = read(sessionId);
      YearMonth period = Periods.of(now(), session.terms().zone());
      Account account = accounts.read(session.terms().customerId(), period);
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
      read(sessionId);
      String pk = Key.session(sessionId).pk();
      List<Step> steps =
          table.query(pk, Key.EVENT_PREFIX, null, Integer.MAX_VALUE).stream()
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

  private Session read(String sessionId) {
    Session session = find(sessionId);
    if (session == null) {
      throw Refusal.of(
          Refusal.Code.SESSION_NOT_FOUND, "There is no session '%s'.".formatted(sessionId));
    }
    return session;
  }

  @Nullable Session find(String sessionId) {
    Item item = table.get(Key.session(sessionId));
    return item == null ? null : SessionItem.read(item);
  }

  /** In whole milliseconds, which is what items keep. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
