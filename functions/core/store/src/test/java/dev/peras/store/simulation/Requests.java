package dev.peras.store.simulation;

import static dev.peras.store.simulation.Violation.unless;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.store.Admission;
import dev.peras.store.CustomerMonth;
import dev.peras.store.Delivery;
import dev.peras.store.HoldGrant;
import dev.peras.store.HoldRequest;
import dev.peras.store.RecordResult;
import dev.peras.store.StartRequest;
import dev.peras.store.StartResult;
import dev.peras.store.Store;
import dev.peras.store.SweepResult;
import dev.peras.store.TestStore;
import dev.peras.store.TopUp;
import dev.peras.store.simulation.Model.SessionModel;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Everything that clients ask for. */
final class Requests {
  private Requests() {}

  static final class Start extends Request {
    private final StartRequest start;

    /** Ids that processes made for it, one at each sending. */
    private final Set<String> made = new HashSet<>();

    Start(String customerId, @Nullable String sessionId, @Nullable Usd budget) {
      this.start =
          new StartRequest(
              sessionId,
              customerId,
              null,
              TestStore.MODEL,
              budget,
              null,
              Map.of(),
              Hash.of(customerId + budget));
    }

    String customerId() {
      return start.customerId();
    }

    /** Whether a session is the one that it asks for. */
    boolean asksFor(Stored.Session session) {
      BigDecimal budget = session.budget();
      return session.customerId().equals(start.customerId())
          && Objects.equals(start.budget(), budget == null ? null : new Usd(budget));
    }

    void madeId(String id) {
      made.add(id);
    }

    boolean mayBe(String id) {
      return id.equals(start.sessionId()) || made.contains(id);
    }

    @Override
    String kind() {
      return "start";
    }

    @Override
    @Nullable String sessionId() {
      return start.sessionId();
    }

    @Override
    Agent.Watch watch() {
      return new Agent.Watch(start.customerId(), null, null);
    }

    @Override
    void send(Call call, Store store) {
      StartResult started = store.sessions().start(start);
      SessionModel session = call.model().session(started.session().id());
      unless(session != null, "an answer follows what happened", () -> "" + started);
      call.checkSpent(Objects.requireNonNull(session), started.session().spent().value());
      unless(
          mayBe(started.session().id()) && asksFor(session.stored),
          "a start answers with its own session",
          () -> "" + started);
    }

    @Override
    @Nullable String objection(Call call, Refusal refusal) {
      SessionModel existing = call.sessionBefore();
      boolean isOther = existing != null && !existing.start.start.equals(start);
      return switch (refusal.reason()) {
        case Reason.SessionExists reason ->
            !start.fingerprint().equals(fingerprint(call)) ? null : "it is the same start";
        case Reason.CustomerCapReached reason ->
            existing != null && !isOther
                ? "the session had been started before"
                : Objects.requireNonNull(call.agent().watch).customerCouldNotPay
                    ? null
                    : "the cap was not reached";
        default -> "nothing else refuses a start";
      };
    }

    private @Nullable Hash fingerprint(Call call) {
      SessionModel session = sessionId() == null ? null : call.model().session(sessionId());
      return session == null ? start.fingerprint() : session.start.start.fingerprint();
    }

    @Override
    public String toString() {
      return "start %s for %s, budget %s".formatted(sessionId(), customerId(), start.budget());
    }
  }

  static final class Usage extends Request {
    private final String sessionId;
    private final List<UsageEvent> events;

    Usage(String sessionId, List<UsageEvent> events) {
      this.sessionId = sessionId;
      this.events = List.copyOf(events);
    }

    @Override
    String kind() {
      return events.size() == 1 ? "record one event" : "record a batch";
    }

    @Override
    String sessionId() {
      return sessionId;
    }

    @Override
    @Nullable UsageEvent event(String itsSessionId, String eventId) {
      if (itsSessionId.equals(sessionId)) {
        for (UsageEvent event : events) {
          if (event.eventId().equals(eventId)) {
            return event;
          }
        }
      }
      return null;
    }

    @Override
    void send(Call call, Store store) {
      RecordResult recorded = store.sessions().record(sessionId, events);
      SessionModel session = call.model().existing(sessionId);
      unless(
          recorded.events().size() == events.size(),
          "every event is answered",
          () -> "" + recorded.events());
      for (int i = 0; i < events.size(); i++) {
        UsageEvent event = events.get(i);
        RecordResult.Entry entry = recorded.events().get(i);
        UsageEvent counted = session.events.get(event.eventId());
        unless(
            event.equals(counted) && entry.eventId().equals(event.eventId()),
            "I1 what is answered is counted",
            () -> "%s, counted was %s".formatted(event, counted));
        unless(
            entry.cost().value().compareTo(cost(event)) == 0,
            "I2 the cost in an answer",
            () -> "%s for %s".formatted(entry, event));
      }
      Session answer = recorded.session();
      call.checkSpent(session, answer.spent().value());
      BigDecimal budget = session.stored.budget();
      unless(
          budget == null || answer.spent().value().compareTo(budget) < 0 || answer.stop(),
          "an agent whose budget is used up is told to stop",
          () -> "" + answer);
    }

    @Override
    @Nullable String objection(Call call, Refusal refusal) {
      SessionModel session = call.model().session(sessionId);
      return switch (refusal.reason()) {
        case Reason.SessionNotFound reason ->
            call.sessionBefore() == null ? null : "the session was there";
        case Reason.SessionClosed reason ->
            session != null && !call.now().isBefore(session.closesAt())
                ? null
                : "the session takes usage";
        case Reason.EventConflict reason ->
            session != null && events.stream().anyMatch(event -> isOther(session, event))
                ? null
                : "no event was counted with other content";
        case Reason.OccurredAtInFuture reason ->
            events.stream()
                    .anyMatch(event ->
                        event.occurredAt() != null
                            && event.occurredAt().isAfter(call.sentAt().plusSeconds(300)))
                ? null
                : "no event comes from the future";
        case Reason.NoPrice reason ->
            events.stream().anyMatch(event -> event.model() != null && event.cost() == null)
                ? null
                : "every event has a price";
        default -> "nothing else refuses usage";
      };
    }

    private boolean isOther(SessionModel session, UsageEvent event) {
      UsageEvent counted = session.events.get(event.eventId());
      boolean comesTwice =
          events.stream().anyMatch(e -> e.eventId().equals(event.eventId()) && !e.equals(event));
      return comesTwice || (counted != null && !counted.equals(event));
    }

    @Override
    public String toString() {
      List<String> texts = new ArrayList<>();
      for (UsageEvent event : events) {
        texts.add(
            "%s $%s%s%s"
                .formatted(
                    event.eventId(),
                    Violation.plain(cost(event)),
                    event.occurredAt() == null ? "" : " at " + event.occurredAt(),
                    event.holdId() == null ? "" : " settling " + event.holdId()));
      }
      return "record in %s: %s".formatted(sessionId, texts);
    }
  }

  static final class Hold extends Request {
    private final SessionModel session;
    private final HoldRequest hold;

    Hold(SessionModel session, String holdId, Usd amount, Duration ttl) {
      this.session = session;
      this.hold = new HoldRequest(holdId, amount, null, null, ttl, Hash.of(holdId + amount + ttl));
    }

    BigDecimal amount() {
      return Objects.requireNonNull(hold.amount()).value();
    }

    boolean isFor(String sessionId, String holdId, BigDecimal amount) {
      return session.id.equals(sessionId)
          && hold.holdId().equals(holdId)
          && amount().compareTo(amount) == 0;
    }

    @Override
    String kind() {
      return "hold";
    }

    @Override
    String sessionId() {
      return session.id;
    }

    @Override
    Agent.Watch watch() {
      return new Agent.Watch(session.stored.customerId(), session.id, amount());
    }

    @Override
    void send(Call call, Store store) {
      HoldGrant held = store.sessions().hold(session.id, hold);
      unless(
          held.holdId().equals(hold.holdId())
              && held.amount().value().compareTo(amount()) == 0
              && (amount().signum() == 0 || session.granted.containsKey(hold.holdId())),
          "a hold that is answered is granted",
          () -> "" + held);
    }

    @Override
    @Nullable String objection(Call call, Refusal refusal) {
      Agent.Watch watch = Objects.requireNonNull(call.agent().watch);
      return switch (refusal.reason()) {
        case Reason.SessionEnded reason ->
            session.isEnded() || !call.now().isBefore(session.closesAt())
                ? null
                : "the session is open";
        case Reason.HoldExists reason ->
            session.over.containsKey(hold.holdId()) ? null : "it is not over";
        case Reason.TooManyHolds reason -> session.stored.holds().size() > 90 ? null : "it has few";
        case Reason.SessionBudgetReached reason ->
            watch.sessionCouldNotPay ? null : "the budget could pay";
        case Reason.CustomerCapReached reason ->
            watch.customerCouldNotPay ? null : "the month could pay";
        default -> "nothing else refuses a hold";
      };
    }

    @Override
    public String toString() {
      return "hold %s in %s: $%s for %s"
          .formatted(hold.holdId(), session.id, hold.amount(), hold.ttl());
    }
  }

  static final class Release extends Request {
    private final String sessionId;
    private final String holdId;

    Release(String sessionId, String holdId) {
      this.sessionId = sessionId;
      this.holdId = holdId;
    }

    String holdId() {
      return holdId;
    }

    @Override
    String kind() {
      return "release";
    }

    @Override
    String sessionId() {
      return sessionId;
    }

    @Override
    void send(Call call, Store store) {
      store.sessions().release(sessionId, holdId);
      SessionModel session = call.model().existing(sessionId);
      unless(
          !session.stored.holds().containsKey(holdId),
          "a hold that is released is gone",
          () -> sessionId + " " + session.stored.holds());
    }

    @Override
    @Nullable String objection(Call call, Refusal refusal) {
      return refusal.reason() instanceof Reason.SessionNotFound && call.sessionBefore() == null
          ? null
          : "nothing refuses a release";
    }

    @Override
    public String toString() {
      return "release %s in %s".formatted(holdId, sessionId);
    }
  }

  static final class End extends Request {
    private final String sessionId;

    End(String sessionId) {
      this.sessionId = sessionId;
    }

    @Override
    String kind() {
      return "end";
    }

    @Override
    String sessionId() {
      return sessionId;
    }

    @Override
    void send(Call call, Store store) {
      Session ended = store.sessions().end(sessionId);
      SessionModel session = call.model().existing(sessionId);
      unless(session.isEnded(), "a session that is answered as ended is", () -> sessionId);
      call.checkSpent(session, ended.spent().value());
    }

    @Override
    @Nullable String objection(Call call, Refusal refusal) {
      return refusal.reason() instanceof Reason.SessionNotFound && call.sessionBefore() == null
          ? null
          : "nothing refuses an end";
    }

    @Override
    public String toString() {
      return "end " + sessionId;
    }
  }

  static final class PutLimits extends Request {
    private final String customerId;
    private final Limits limits;

    PutLimits(String customerId, Limits limits) {
      this.customerId = customerId;
      this.limits = limits;
    }

    @Override
    String customerOf() {
      return customerId;
    }

    @Override
    String kind() {
      return "limits";
    }

    @Override
    void send(Call call, Store store) {
      checkMonth(call, customerId, store.customers().put(customerId, limits));
    }

    @Override
    String objection(Call call, Refusal refusal) {
      return "nothing refuses limits";
    }

    @Override
    public String toString() {
      return "limits of %s: %s".formatted(customerId, limits);
    }
  }

  static final class Add extends Request {
    private final String customerId;
    private final TopUp topUp;

    Add(String customerId, TopUp topUp) {
      this.customerId = customerId;
      this.topUp = topUp;
    }

    @Override
    String customerOf() {
      return customerId;
    }

    @Override
    String kind() {
      return "top-up";
    }

    @Override
    void send(Call call, Store store) {
      checkMonth(call, customerId, store.customers().topUp(customerId, topUp).month());
    }

    @Override
    String objection(Call call, Refusal refusal) {
      return "nothing refuses a top-up";
    }

    @Override
    public String toString() {
      return "top-up of %s: %s".formatted(customerId, topUp);
    }
  }

  static final class GetMonth extends Request {
    private final String customerId;

    GetMonth(String customerId) {
      this.customerId = customerId;
    }

    @Override
    String customerOf() {
      return customerId;
    }

    @Override
    String kind() {
      return "get month";
    }

    @Override
    void send(Call call, Store store) {
      Admission admission = store.customers().admission(customerId, Usd.ZERO);
      checkMonth(call, customerId, admission.month());
      unless(
          admission.allowed() != admission.month().standing().blocked(),
          "a task that costs nothing may start unless the customer is blocked",
          () -> "" + admission);
    }

    @Override
    String objection(Call call, Refusal refusal) {
      return "nothing refuses reading a month";
    }

    @Override
    public String toString() {
      return "get the month of " + customerId;
    }
  }

  private static void checkMonth(Call call, String customerId, CustomerMonth month) {
    BigDecimal spent = month.spent().value();
    call.checkSpentOfMonth(
        customerId, month.period().toString(), spent, month.spentAtMost().value());
    Usd cap = month.cap();
    unless(
        !month.exact()
            || (month.standing().state() == Standing.State.CAPPED)
                == (cap != null && spent.compareTo(cap.value()) >= 0),
        "a month is capped exactly when it has spent its cap",
        () -> "" + month);
  }

  static final class GetSession extends Request {
    private final String sessionId;

    GetSession(String sessionId) {
      this.sessionId = sessionId;
    }

    @Override
    String kind() {
      return "get session";
    }

    @Override
    String sessionId() {
      return sessionId;
    }

    @Override
    void send(Call call, Store store) {
      Session session = store.sessions().get(sessionId);
      call.checkSpent(call.model().existing(sessionId), session.spent().value());
    }

    @Override
    @Nullable String objection(Call call, Refusal refusal) {
      return refusal.reason() instanceof Reason.SessionNotFound && call.sessionBefore() == null
          ? null
          : "nothing refuses reading a session";
    }

    @Override
    public String toString() {
      return "get " + sessionId;
    }
  }

  static final class Sweep extends Request {
    private final Duration idleTimeout;
    private final int turns;
    private final Tally tally;

    Sweep(Duration idleTimeout, int turns, Tally tally) {
      this.idleTimeout = idleTimeout;
      this.turns = turns;
      this.tally = tally;
    }

    Duration idleTimeout() {
      return idleTimeout;
    }

    @Override
    String kind() {
      return "sweep";
    }

    @Override
    void send(Call call, Store store) {
      AtomicInteger left = new AtomicInteger(turns);
      SweepResult result = store.sweep().run(() -> left.getAndDecrement() > 0);
      tally.add("sweep: sessions closed", result.sessionsClosed());
      tally.add("sweep: months at risk", result.atRisk());
      tally.add("sweep: months no longer at risk", result.healed());
      tally.add("sweep: entries failed", result.failed());
      tally.add(result.finished() ? "sweep: finished" : "sweep: out of time");
    }

    @Override
    String objection(Call call, Refusal refusal) {
      return "nothing refuses a sweep";
    }

    @Override
    public String toString() {
      return "sweep of %d turns".formatted(turns);
    }
  }

  /** What the deliverer does, for a receiver that takes everything. */
  static final class Deliver extends Request {
    private final Tally tally;

    Deliver(Tally tally) {
      this.tally = tally;
    }

    @Override
    String kind() {
      return "deliver";
    }

    @Override
    void send(Call call, Store store) {
      for (String alertId : store.outbox().notHandedOver()) {
        store.outbox().handOver(alertId);
        tally.add("deliver: handed over, or found so");
      }
      for (Delivery due : store.outbox().due()) {
        Delivery leased = store.outbox().lease(due);
        if (leased == null) {
          tally.add("deliver: somebody else had it");
          continue;
        }
        unless(
            call.model().alerts().contains(leased.alertId()),
            "only what happened is delivered",
            () -> "" + leased);
        boolean isFirst = call.model().received().add(leased.alertId());
        tally.add(isFirst ? "deliver: received" : "deliver: received again under its id");
        store.outbox().sent(leased, 200);
      }
    }

    @Override
    String objection(Call call, Refusal refusal) {
      return "nothing refuses a delivery";
    }

    @Override
    public String toString() {
      return "deliver";
    }
  }
}
