package dev.peras.ingestotlp;

import dev.peras.app.Services;
import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.http.Metrics;
import dev.peras.ingestotlp.ReportedCall.Rejected;
import dev.peras.json.Problem;
import dev.peras.store.RecordResult;
import dev.peras.store.Sessions;
import dev.peras.store.Sighting;
import dev.peras.store.Sightings;
import dev.peras.store.StartRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records reported calls: opens their sessions, leads reports of one call to one event, and names
 * what could not be counted. Recording a request again changes nothing. Thread-safe.
 */
final class Recording {
  private static final int BATCH = 90;
  private static final int MAX_SUCCESSORS = 50;
  private static final Duration OLDEST = Duration.ofDays(400);
  private static final String EVERYBODY = "*";

  private final Sessions sessions;
  private final Sightings sightings;
  private final Aside aside;
  private final InstantSource clock;
  private final Metrics metrics;
  private final boolean atSendersCost;

  /**
   * Who sends calls, and what holds for those that do not say better.
   *
   * @param customer whom the caller is bound to; null for nobody
   * @param session for calls that name none; null for their trace
   */
  record Caller(@Nullable String customer, @Nullable String session) {}

  /** Keeps calls that have no price yet. */
  @FunctionalInterface
  interface Aside {
    void keep(String sessionId, List<UsageEvent> unpriced);
  }

  /**
   * A recording.
   *
   * @param atSendersCost whether a cost that the sender reports overrides the table's price
   */
  Recording(
      Sessions sessions,
      Sightings sightings,
      Aside aside,
      InstantSource clock,
      Metrics metrics,
      boolean atSendersCost) {
    this.sessions = sessions;
    this.sightings = sightings;
    this.aside = aside;
    this.clock = clock;
    this.metrics = metrics;
    this.atSendersCost = atSendersCost;
  }

  static Recording of(Services peras) {
    return new Recording(
        peras.sessions(),
        peras.store().sightings(),
        (sessionId, unpriced) -> peras.store().unpriced().keep(sessionId, unpriced),
        peras.clock(),
        peras.metrics(),
        peras.settings().atSendersCost());
  }

  /** A call on its way into a session. */
  private record Placed(ReportedCall call, String sessionId, String eventId) {
    Placed at(Sighting first) {
      return new Placed(call, first.sessionId(), first.eventId());
    }
  }

  /**
   * Records calls.
   *
   * @return what was not counted, and why
   */
  List<Rejected> record(List<ReportedCall> calls, Caller caller) {
    List<Rejected> rejected = new ArrayList<>();
    List<Placed> placed = new ArrayList<>();
    Map<String, String> resolved = new HashMap<>();
    for (ReportedCall call : inOrder(calls)) {
      String fault = fault(call);
      if (fault == null) {
        String sessionId =
            resolved.computeIfAbsent(place(call, caller), none -> session(call, caller));
        placed.add(new Placed(call, sessionId, call.id()));
      } else {
        rejected.add(new Rejected(call.label(), fault));
      }
    }
    Map<String, List<Placed>> bySession = new LinkedHashMap<>();
    for (Placed call : once(placed, caller)) {
      bySession.computeIfAbsent(call.sessionId(), none -> new ArrayList<>()).add(call);
    }
    bySession.forEach((sessionId, list) -> {
      for (int i = 0; i < list.size(); i += BATCH) {
        record(sessionId, list.subList(i, Math.min(list.size(), i + BATCH)), rejected);
      }
    });
    return rejected;
  }

  /** Detectors look at steps in the order in which they happened. */
  private static List<ReportedCall> inOrder(List<ReportedCall> calls) {
    List<ReportedCall> sorted = new ArrayList<>(calls);
    sorted.sort(
        Comparator.comparing(
            ReportedCall::at, Comparator.nullsLast(Comparator.<Instant>naturalOrder())));
    return sorted;
  }

  private @Nullable String fault(ReportedCall call) {
    Instant at = call.at();
    if (at == null) {
      return null;
    }
    Instant now = clock.instant();
    if (at.isBefore(now.minus(OLDEST))) {
      return "its time is more than %d days ago".formatted(OLDEST.toDays());
    }
    return at.isAfter(now.plus(Recorder.CLOCK_SKEW))
        ? "its time is more than %d minutes ahead of the server's clock"
            .formatted(Recorder.CLOCK_SKEW.toMinutes())
        : null;
  }

  private static String customer(ReportedCall call, Caller caller) {
    String named = caller.customer() == null ? call.customer() : caller.customer();
    return named == null ? "default" : Ids.of(named);
  }

  private static String named(ReportedCall call, Caller caller) {
    String named = call.session() == null ? caller.session() : call.session();
    if (named == null && !call.traceId().isEmpty()) {
      named = call.traceId();
    }
    if (named != null) {
      return Ids.of(named);
    }
    String day =
        call.at() == null ? "" : ":" + call.at().atZone(ZoneOffset.UTC).toLocalDate().toString();
    return Ids.of("otlp:" + customer(call, caller) + day);
  }

  private static String place(ReportedCall call, Caller caller) {
    String month =
        call.at() == null ? "" : call.at().atZone(ZoneOffset.UTC).toLocalDate().toString();
    return named(call, caller) + " " + customer(call, caller) + " " + month;
  }

  /**
   * The session that a call counts in, opened if need be. Names are the senders' own: one that
   * another customer's session has gets the customer behind it, and one whose session was closed
   * before the call happened goes on in a new one.
   */
  private String session(ReportedCall call, Caller caller) {
    String customer = customer(call, caller);
    String id = named(call, caller);
    Session session = sessions.lastSeen(id);
    if (session != null && !session.terms().customerId().equals(customer)) {
      id = Ids.of(id + "@" + customer);
      session = sessions.lastSeen(id);
    }
    Instant at = call.at() == null ? clock.instant() : call.at();
    for (int i = 0; i < MAX_SUCCESSORS && session != null && isAfter(at, session); i++) {
      id = Ids.of(id + ":" + session.closesAt().atZone(ZoneOffset.UTC).toLocalDate());
      session = sessions.lastSeen(id);
    }
    if (session == null) {
      session =
          sessions.open(
              new StartRequest(
                  id, customer, null, null, null, null, Map.of(), Hash.of("opened " + id)));
    }
    return session.id();
  }

  /** Nothing that happened then can have been counted there. */
  private static boolean isAfter(Instant at, Session session) {
    return at.isAfter(session.closesAt().plus(Recorder.CLOCK_SKEW));
  }

  /** Leads each call to the event that counts it; those that another event counts are left out. */
  private List<Placed> once(List<Placed> placed, Caller caller) {
    if (placed.isEmpty()) {
      return placed;
    }
    String scope = caller.customer() == null ? EVERYBODY : caller.customer();
    Map<String, Sighting> spans = sightings.first(scope, spans(placed));
    List<Placed> counted = new ArrayList<>(placed);
    counted.removeIf(call -> isToldByAnother(call, spans));

    Map<String, Sighting> calls =
        sightings.first(
            scope,
            counted.stream()
                .map(call -> sighting(key(call), call))
                .filter(seen -> !spans.containsKey(seen.key()))
                .toList());
    List<Placed> led = new ArrayList<>(counted.size());
    List<Placed> others = new ArrayList<>(0);
    for (Placed call : counted) {
      String key = key(call);
      Sighting first = Objects.requireNonNull(calls.getOrDefault(key, spans.get(key)));
      if (isAnotherCall(call.call(), first)) {
        others.add(
            new Placed(
                call.call(),
                call.sessionId(),
                Ids.of(call.eventId() + ":" + call.call().spanId())));
      } else {
        led.add(call.at(first));
      }
    }
    Map<String, Sighting> more =
        sightings.first(scope, others.stream().map(call -> sighting(key(call), call)).toList());
    for (Placed call : others) {
      led.add(call.at(Objects.requireNonNull(more.get(key(call)))));
    }
    return led;
  }

  /** What makes reports one call: the provider's id, or the span that is nobody else's. */
  private static String key(Placed placed) {
    ReportedCall call = placed.call();
    if (call.reading() == null) {
      return "none:" + placed.eventId();
    }
    return call.isNamed() || call.spanId().isEmpty() ? "call:" + placed.eventId() : own(call);
  }

  private static Sighting sighting(String key, Placed call) {
    return new Sighting(
        key, call.sessionId(), call.eventId(), call.call().scope(), call.call().spanId());
  }

  /** One instrumentation has one span for a call: two of them are two calls, whatever their id. */
  private static boolean isAnotherCall(ReportedCall call, Sighting first) {
    return first.source().equals(call.scope())
        && !first.reporter().isEmpty()
        && !call.spanId().isEmpty()
        && !first.reporter().equals(call.spanId());
  }

  /** The spans that stand for calls themselves, and those that are around calls that do. */
  private static List<Sighting> spans(List<Placed> placed) {
    List<Sighting> spans = new ArrayList<>();
    for (Placed call : placed) {
      if (call.call().reading() != null && !call.call().spanId().isEmpty()) {
        if (!call.call().isNamed()) {
          spans.add(sighting(own(call.call()), call));
        }
        for (String span : call.call().inside()) {
          spans.add(
              new Sighting(key(call.call(), span), call.sessionId(), call.eventId(), "inside", ""));
        }
      }
    }
    return spans;
  }

  private static String own(ReportedCall call) {
    return key(call, call.spanId());
  }

  private static String key(ReportedCall call, String span) {
    return "span:" + call.traceId() + span;
  }

  /** A call inside was counted for this span, or a span around was counted for this call. */
  private static boolean isToldByAnother(Placed call, Map<String, Sighting> spans) {
    Sighting own = call.call().isNamed() ? null : spans.get(own(call.call()));
    if (own != null && own.source().equals("inside")) {
      return true;
    }
    for (String span : call.call().inside()) {
      Sighting around = spans.get(key(call.call(), span));
      if (around != null && !around.source().equals("inside")) {
        return true;
      }
    }
    return false;
  }

  private void record(String sessionId, List<Placed> calls, List<Rejected> rejected) {
    Map<String, Placed> byEvent = new LinkedHashMap<>();
    calls.forEach(call -> byEvent.putIfAbsent(call.eventId(), call));
    List<UsageEvent> events = new ArrayList<>();
    byEvent.values().forEach(call -> events.add(event(call)));
    while (!events.isEmpty()) {
      try {
        count(sessions.record(sessionId, events));
        return;
      } catch (Refusal refusal) {
        Set<Integer> faulty = faulty(refusal, events.size());
        List<UsageEvent> unpriced = new ArrayList<>(0);
        for (int index : faulty) {
          UsageEvent event = events.get(index);
          Placed call = Objects.requireNonNull(byEvent.get(event.eventId()));
          switch (reason(refusal, index)) {
            case Reason.EventConflict conflict -> metrics.count("Duplicates", 1);
            case Reason.NoPrice(Unpriced.UnknownModel unknown) -> {
              unpriced.add(event);
              String why = message(refusal, index) + "; the call is kept aside until then";
              rejected.add(new Rejected(call.call().label(), why));
            }
            default -> rejected.add(new Rejected(call.call().label(), message(refusal, index)));
          }
        }
        if (!unpriced.isEmpty()) {
          aside.keep(sessionId, unpriced);
          metrics.count("Unpriced", unpriced.size());
        }
        List<UsageEvent> left = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
          if (!faulty.contains(i)) {
            left.add(events.get(i));
          }
        }
        events.clear();
        events.addAll(left);
      }
    }
  }

  /** The events at fault; where a refusal names none, all of them. */
  private static Set<Integer> faulty(Refusal refusal, int events) {
    if (refusal.reason() instanceof Reason.TryAgain) {
      throw refusal;
    }
    Set<Integer> faulty = new HashSet<>(refusal.events().keySet());
    for (int i = 0; i < events && faulty.isEmpty(); i++) {
      faulty.add(i);
    }
    return faulty;
  }

  private static Reason reason(Refusal refusal, int index) {
    Reason its = refusal.events().get(index);
    return its == null ? refusal.reason() : its;
  }

  private static String message(Refusal refusal, int index) {
    return Problem.of(Refusal.because(reason(refusal, index))).detail();
  }

  private void count(RecordResult recorded) {
    for (RecordResult.Entry entry : recorded.events()) {
      metrics.count(entry.duplicate() ? "Duplicates" : "RecordedEvents", 1);
      metrics.cost(entry.duplicate() ? Usd.ZERO : entry.cost());
    }
    metrics.warnings(recorded.raised());
  }

  private UsageEvent event(Placed placed) {
    ReportedCall call = placed.call();
    Map<String, String> tags = new HashMap<>();
    if (call.estimated()) {
      tags.put("estimated", "true");
    }
    if (call.cost() != null) {
      tags.put("reported_cost", call.cost().toString());
    }
    return Events.of(placed.eventId(), call, atSendersCost ? call.cost() : null, tags);
  }
}
