package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.sessions.Holds;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.sessions.Verdict;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request to record usage, with the knowledge of its attempts so far. Not thread-safe.
 *
 * <p>A step is one transaction: the events if they are not there, the session if it has the version
 * that was computed on, and the account where the claim moves.
 */
final class RecordAttempt implements Retry.Attempts<RecordResult> {
  /** How long after the last moment that its session takes usage an event is still remembered. */
  private static final Duration EVENT_RETENTION = Duration.ofDays(7);

  private final StoredSessions stored;
  private final Accounts accounts;
  private final Recorder recorder;
  private final Prices prices;
  private final String sessionId;
  private final List<UsageEvent> events;
  private final boolean alertOnWarnings;
  private final Map<String, Hash> fingerprints = new LinkedHashMap<>();

  /** Steps of events that had been counted before. */
  private final Map<String, Step> counted = new HashMap<>();

  /** Holds that are marked as over by now. */
  private final Set<String> forbidden = new HashSet<>();

  private final Progress progress;
  private @Nullable Session known;
  private boolean contended;

  /**
   * A request to record.
   *
   * @param alertOnWarnings whether detectors' warnings make alerts
   * @throws Refusal EventConflict when an id comes twice with different content
   */
  RecordAttempt(
      StoredSessions stored,
      Accounts accounts,
      Recorder recorder,
      Prices prices,
      String sessionId,
      List<UsageEvent> events,
      boolean alertOnWarnings) {
    this.stored = stored;
    this.accounts = accounts;
    this.recorder = recorder;
    this.prices = prices;
    this.sessionId = sessionId;
    this.events = events;
    this.alertOnWarnings = alertOnWarnings;
    this.progress = accounts.begin();
    this.known = stored.cached(sessionId);
    SortedMap<Integer, Reason.EventConflict> conflicts = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      Hash fingerprint = events.get(i).fingerprint();
      Hash first = fingerprints.putIfAbsent(events.get(i).eventId(), fingerprint);
      if (first != null && !first.equals(fingerprint)) {
        conflicts.put(i, new Reason.EventSentTwice(events.get(i).eventId()));
      }
    }
    refuse(conflicts);
  }

  @Override
  public void forget() {
    progress.forget();
    known = null;
  }

  @Override
  public RecordResult attempt() {
    Session session = known == null ? stored.read(sessionId) : known;
    known = null;
    Instant now = stored.now();
    List<UsageEvent> fresh = fresh();
    PriceBook book = prices.bookFor(Recorder.queries(session, fresh, now));
    Verdict verdict = recorder.record(session, fresh, book, now);
    if (fresh.isEmpty()) {
      stored.remember(session, contended);
      return recorded(session, verdict);
    }
    forbidLateGrants(session, fresh, now);
    Accounts.Prepared prepared =
        accounts.follow(session, verdict.session().withoutExpiredHolds(now), progress, now);
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
    writes.addAll(AlertItem.create(Alerts.of(session, prepared.session(), alertOnWarnings, now)));
    refuseIfTooMany(writes);
    try {
      stored.table().transact(writes);
    } catch (WriteRefused e) {
      accounts.learn(e, progress);
      learn(session, e);
      throw Conflict.thatShows("session " + sessionId + " or its account is written by others");
    }
    Session next = prepared.session().withVersion(session.version() + 1);
    stored.remember(next, contended);
    return recorded(next, verdict);
  }

  /** Events of several months, all opened by them, can take more writes than there is room for. */
  private static void refuseIfTooMany(List<Write> writes) {
    if (writes.size() > Table.MAX_WRITES) {
      throw Refusal.because(new Reason.TooManyMonths());
    }
  }

  /**
   * A hold that is settled and not there may still be asked for, late: it must not be granted then.
   * That is written first, since a batch has no room for it; should the session take the hold this
   * moment, it has another version, and the events are counted again.
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
      stored.table().transact(writes);
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
    SortedMap<Integer, Reason.EventConflict> conflicts = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      String eventId = events.get(i).eventId();
      Item item = refused.item(Keys.event(sessionId, eventId));
      if (item != null) {
        Step step = StepItem.read(item);
        counted.put(eventId, step);
        if (!step.fingerprint().equals(fingerprints.get(eventId))) {
          conflicts.put(i, new Reason.EventRecordedBefore(eventId));
        }
      }
    }
    refuse(conflicts);
    Session current = StoredSessions.sessionIn(refused, sessionId);
    contended |= current != null;
    known = current == null ? session : current;
  }

  private static void refuse(SortedMap<Integer, Reason.EventConflict> conflicts) {
    if (!conflicts.isEmpty()) {
      throw Refusal.ofEvents(conflicts);
    }
  }

  private RecordResult recorded(Session session, Verdict verdict) {
    Map<String, Step> steps = new HashMap<>();
    verdict.steps().forEach(step -> steps.put(step.eventId(), step));
    List<RecordResult.Entry> entries = new ArrayList<>(events.size());
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
          new RecordResult.Entry(
              step.eventId(), step.number(), step.cost(), isDuplicate, step.booking().late()));
    }
    return new RecordResult(session, entries, verdict.raised());
  }
}
