package dev.peras.store.simulation;

import static dev.peras.store.simulation.Violation.plain;
import static dev.peras.store.simulation.Violation.unless;
import static dev.peras.store.simulation.Violation.unlessSame;

import dev.peras.engine.usage.UsageEvent;
import dev.peras.store.simulation.Model.CustomerModel;
import dev.peras.store.simulation.Model.MonthModel;
import dev.peras.store.simulation.Model.SessionModel;
import dev.peras.table.Item;
import dev.peras.table.Key;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transaction that has happened: the model takes it in and checks what it touched. */
final class Transaction {
  private static final Duration MARKER_LIFE = Duration.ofHours(2);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final Model model;
  private final Agent agent;
  private final Request request;
  private final Instant now;
  private final Function<Key, @Nullable Item> table;
  private final Set<MonthModel> months = new LinkedHashSet<>();
  private final Set<MonthModel> accountsWritten = new HashSet<>();
  private final Set<MonthModel> underNewLimits = new LinkedHashSet<>();
  private final Set<SessionModel> recorded = new LinkedHashSet<>();

  /** Thresholds that turn. */
  private final Map<MonthModel, List<Stored.Threshold>> moved = new LinkedHashMap<>();

  /** What is worth telling of this transaction, and what it tells. */
  private final Set<String> worthTelling = new HashSet<>();

  private final Set<String> told = new HashSet<>();

  /** Until when markers of holds last, by hold. */
  private final Map<String, Instant> markers = new HashMap<>();

  /** Holds that events of this transaction settled, by session. */
  private final Map<SessionModel, Set<String>> settled = new HashMap<>();

  Transaction(Model model, Agent agent, Function<Key, @Nullable Item> table) {
    this.model = model;
    this.agent = agent;
    this.request = Objects.requireNonNull(agent.request);
    this.now = Objects.requireNonNull(agent.process).now();
    this.table = table;
  }

  void takeIn(List<SimulatedTable.Change> changes) {
    List<SimulatedTable.Change> events = new ArrayList<>();
    for (SimulatedTable.Change change : changes) {
      String sk = change.key().sk();
      if (sk.startsWith("EVENT#")) {
        events.add(change);
      } else if (sk.equals("ACCOUNT")) {
        account(change);
      } else if (sk.equals("LIMITS")) {
        limits(change);
      } else if (sk.startsWith("TOPUP#")) {
        topUp(change);
      } else if (sk.startsWith("HOLD#")) {
        markers.put(sk.substring("HOLD#".length()), lasts(change));
      } else if (sk.equals("ALERT")) {
        alert(change);
      }
    }
    events.sort(Comparator.comparingLong(change -> values(change).count("step")));
    events.forEach(this::event);
    for (SimulatedTable.Change change : changes) {
      if (change.key().sk().equals("SESSION")) {
        session(change);
      }
    }
    for (SimulatedTable.Change change : changes) {
      if (change.key().sk().startsWith("HOLD#") && values(change).has("over")) {
        SessionModel session = model.existing(id(change));
        session.over.put(change.key().sk().substring("HOLD#".length()), lasts(change));
      }
    }
    unless(
        told.equals(worthTelling),
        "I7 what happens is told in the same transaction, and nothing else is",
        () -> "told %s of %s".formatted(told, worthTelling));
    recorded.forEach(this::checkRecorded);
    months.forEach(model::check);
    moved.forEach(Transaction::checkMoved);
    underNewLimits.forEach(this::checkNewLimits);
  }

  private void checkNewLimits(MonthModel month) {
    Stored.Account account = Objects.requireNonNull(month.stored);
    unless(
        account.limitsVersion() == month.customer.limits.version(),
        "limits act at once, in every month that is not over",
        () -> "%s is under %s".formatted(month, account));
  }

  /** Until when an item is kept. */
  private static Instant lasts(SimulatedTable.Change change) {
    return Instant.ofEpochSecond(values(change).count("ttl"));
  }

  private static String id(SimulatedTable.Change change) {
    return change.key().pk().substring(change.key().pk().indexOf('#') + 1);
  }

  private static Attributes values(SimulatedTable.Change change) {
    return Attributes.of(change.after());
  }

  private void limits(SimulatedTable.Change change) {
    CustomerModel customer = model.customer(id(change));
    Stored.Limits before = customer.limits;
    Stored.Limits limits = Stored.Limits.of(Objects.requireNonNull(change.after()));
    unless(
        limits.version() == customer.limits.version() + 1,
        "limits change one by one",
        () -> customer.limits + " -> " + limits);
    customer.limits = limits;
    customer.history.put(limits.version(), limits);
    // By a clock that is ahead the next month may have begun; by the zone before, this one may
    // last.
    String first = earlier(Model.period(now, before.zone()), Model.period(now, limits.zone()));
    String last = YearMonth.parse(Model.period(agent.calledAt, limits.zone())).plusMonths(1) + "";
    for (MonthModel month : customer.months.values()) {
      if (month.stored != null
          && month.period.compareTo(first) >= 0
          && month.period.compareTo(last) <= 0) {
        underNewLimits.add(month);
      }
    }
  }

  private static String earlier(String a, String b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void topUp(SimulatedTable.Change change) {
    unless(change.before() == null, "a top-up is made once", () -> "" + change.key());
    CustomerModel customer = model.customer(id(change));
    String period = values(change).text("period");
    BigDecimal amount = values(change).number("amount");
    customer.topUps.merge(period, amount, BigDecimal::add);
    MonthModel month = customer.month(period);
    if (month.stored != null) {
      months.add(month);
    }
  }

  private void alert(SimulatedTable.Change change) {
    Attributes alert = values(change);
    if (change.before() != null) {
      unless(
          Attributes.of(change.before()).count("sequence") == -1,
          "I7 an alert is handed over once",
          () -> "" + change.key());
      model.handedOver(alert.text("customer_id"), alert.count("sequence"));
      return;
    }
    List<String> labels = alert.get("thresholds").l().stream().map(label -> label.s()).toList();
    boolean isResolved = alert.text("type").equals("customer.resolved");
    String about =
        alert.has("session_id")
            ? alert.text("session_id")
            : alert.text("customer_id") + " " + alert.text("period");
    boolean isBlocked = labels.contains("blocked");
    unless(
        !isBlocked || request instanceof Requests.Hold || request instanceof Requests.Start,
        "a refusal is told by what was refused",
        () -> change.key() + " in " + request);
    if (!isBlocked) {
      labels.forEach(label -> told.add(about + (isResolved ? " below " : " at ") + label));
    }
    unless(
        model.alerts().add(id(change)),
        "I7 nothing is alerted twice",
        () -> change.key() + " " + told);
  }

  private void compareThresholds(
      MonthModel month, Stored.@Nullable Account before, Stored.Account after) {
    String about = month.customer.id + " " + month.period;
    for (Stored.Threshold threshold : after.thresholds()) {
      boolean was = isAlerting(before, threshold.label());
      if (was != threshold.alerting()) {
        worthTelling.add(about + (was ? " below " : " at ") + threshold.label());
        moved.computeIfAbsent(month, m -> new ArrayList<>()).add(threshold);
      }
    }
  }

  /** Remembers by which limit holds may still go that ask nobody. */
  private static void noteCeiling(
      MonthModel month, Stored.@Nullable Account before, Stored.Account after) {
    if (!after.unjudged()) {
      month.ceilingBefore = null;
      month.isWithoutCeiling = false;
    } else if (before != null) {
      BigDecimal ceiling = before.ceiling();
      BigDecimal next = after.ceiling();
      boolean isSame = ceiling != null && next != null && ceiling.compareTo(next) == 0;
      boolean isRecordedWithoutProof = isSame && !before.unjudged();
      if (ceiling == null || isRecordedWithoutProof) {
        month.isWithoutCeiling = true;
      } else {
        BigDecimal known = month.ceilingBefore;
        month.ceilingBefore = known == null ? ceiling : known.max(ceiling);
      }
    }
  }

  /** What a threshold says when it turns is true at that moment. */
  private static void checkMoved(MonthModel month, List<Stored.Threshold> thresholds) {
    for (Stored.Threshold threshold : thresholds) {
      unless(
          threshold.alerting() == (month.spent.compareTo(threshold.amount()) >= 0),
          "I7 a threshold turns when the spend has, and not before",
          () -> "%s spent %s, and %s".formatted(month, plain(month.spent), threshold));
    }
  }

  private void account(SimulatedTable.Change change) {
    String account = change.key().pk().substring("ACCOUNT#customer:".length());
    CustomerModel customer = model.customer(account.substring(0, account.lastIndexOf(":month#")));
    MonthModel month = customer.month(account.substring(account.lastIndexOf('#') + 1));
    Stored.Account before = month.stored;
    Stored.Account after = Stored.Account.of(Objects.requireNonNull(change.after()));
    noteCeiling(month, before, after);
    for (Stored.Threshold threshold : after.thresholds()) {
      if (threshold.alerting() && !isAlerting(before, threshold.label())) {
        Long last = month.crossings.put(threshold.label(), threshold.crossing());
        unless(
            last == null || last < threshold.crossing(),
            "I7 every crossing has a number of its own",
            () -> "%s crosses %s again as number %s".formatted(month, threshold, last));
      }
    }
    compareThresholds(month, before, after);
    long limits = customer.limits.version();
    unless(
        before == null
            ? after.limitsVersion() == limits
            : after.limitsVersion() >= before.limitsVersion(),
        "an account goes by the latest limits",
        () -> "%s: %s -> %s, limits of version %d".formatted(month, before, after, limits));
    month.stored = after;
    months.add(month);
    accountsWritten.add(month);
  }

  private static boolean isAlerting(Stored.@Nullable Account account, String label) {
    return account != null
        && account.thresholds().stream().anyMatch(t -> t.label().equals(label) && t.alerting());
  }

  private void event(SimulatedTable.Change change) {
    String eventId = change.key().sk().substring("EVENT#".length());
    SessionModel session = model.existing(id(change));
    UsageEvent sent = request.event(session.id, eventId);
    unless(sent != null, "only what was sent is counted", () -> "" + change.key());
    UsageEvent event = Objects.requireNonNull(sent);
    unless(
        session.events.putIfAbsent(eventId, event) == null,
        "I1 an event is counted once",
        () -> change.key() + " is counted again");
    Attributes values = values(change);
    Instant recordedAt = values.time("recorded_at");
    Instant occurredAt = event.occurredAt() == null ? recordedAt : event.occurredAt();
    unless(
        !recordedAt.isAfter(now) && !recordedAt.isBefore(agent.calledAt.minusMillis(1)),
        "an event is recorded when it is recorded",
        () -> "%s, at %s, called at %s".formatted(recordedAt, now, agent.calledAt));
    unless(
        !occurredAt.isAfter(recordedAt.plus(CLOCK_SKEW)) && recordedAt.isBefore(session.closesAt()),
        "what comes from the future or too late is refused",
        () ->
            "%s occurred at %s, closed at %s"
                .formatted(change.key(), occurredAt, session.closesAt()));
    BigDecimal cost = values.number("cost");
    unlessSame(cost, Request.cost(event), "I2 the cost of", change.key());
    String period = values.text("period");
    String expected = period(session, event, occurredAt, recordedAt);
    unless(
        period.equals(expected),
        "I5 an event counts in its own month",
        () -> "%s counts in %s, not in %s".formatted(change.key(), period, expected));
    BigDecimal budget = session.stored.budget();
    BigDecimal before = session.total();
    session.spent.merge(period, cost, BigDecimal::add);
    BigDecimal after = session.total();
    if (budget != null) {
      if (before.compareTo(budget) <= 0 && after.compareTo(budget) > 0) {
        worthTelling.add(session.id + " at budget");
      }
      for (int times : new int[] {2, 5, 10}) {
        BigDecimal mark = budget.multiply(BigDecimal.valueOf(times));
        if (before.compareTo(mark) < 0 && after.compareTo(mark) >= 0) {
          worthTelling.add(session.id + " at " + times * 100 + "%");
        }
      }
    }
    MonthModel month = model.customer(session.stored.customerId()).month(period);
    month.spent = month.spent.add(cost);
    if (session.isEnded()) {
      month.settled = month.settled.add(cost);
    }
    months.add(month);
    recorded.add(session);
  }

  private String period(
      SessionModel session, UsageEvent event, Instant occurredAt, Instant recordedAt) {
    Set<String> gone = settled.computeIfAbsent(session, s -> new HashSet<>());
    String holdId = event.holdId();
    Stored.Hold hold = holdId == null ? null : session.stored.holds().get(holdId);
    if (holdId != null
        && gone.add(holdId)
        && hold != null
        && !Model.isClosed(hold.period(), recordedAt, session.stored.zone())) {
      return hold.period();
    }
    String own = Model.period(occurredAt, session.stored.zone());
    return Model.isClosed(own, recordedAt, session.stored.zone())
        ? Model.period(recordedAt, session.stored.zone())
        : own;
  }

  private void session(SimulatedTable.Change change) {
    String id = id(change);
    Stored.Session after = Stored.Session.of(Objects.requireNonNull(change.after()));
    SessionModel session = model.session(id);
    if (session == null) {
      session = started(id, after);
    }
    Stored.Session before = session.stored;
    SessionModel its = session;
    boolean ends = after.endedAt() != null && before.endedAt() == null;
    if (ends) {
      checkEnd(session, after);
    }
    before.holds().values().forEach(hold -> checkKeptOrGone(its, hold, after, ends));
    List<Stored.Hold> granted =
        after.holds().values().stream()
            .filter(hold -> !hold.equals(before.holds().get(hold.id())))
            .toList();
    session.stored = after;
    recorded.add(session);
    enterMonths(session);
    granted.forEach(hold -> checkGrant(its, hold));
  }

  private SessionModel started(String id, Stored.Session after) {
    unless(
        request instanceof Requests.Start start && start.mayBe(id),
        "only what was asked for is started",
        () -> id);
    Requests.Start start = (Requests.Start) request;
    unless(
        start.asksFor(after), "a session is started as asked for", () -> after + " for " + start);
    SessionModel session = new SessionModel(id, start, after);
    model.add(session);
    MonthModel month =
        model.customer(start.customerId()).month(after.shares().keySet().iterator().next());
    BigDecimal cap = month.ceiling();
    unless(
        cap == null || month.spent.compareTo(cap) < 0,
        "L06 no session starts at a cap that is reached",
        () -> "%s spent %s of %s".formatted(month, month.spent, cap));
    return session;
  }

  /** Its shares are on the accounts of their months, with pointers. */
  private void enterMonths(SessionModel session) {
    CustomerModel customer = model.customer(session.stored.customerId());
    for (String period : session.stored.shares().keySet()) {
      MonthModel month = customer.month(period);
      months.add(month);
      if (!session.isEnded()) {
        month.open.add(session);
      } else if (month.ended.add(session) && month.open.remove(session)) {
        month.settled = month.settled.add(session.spent(period));
      }
      String name = period + "#" + session.id;
      unless(
          exists(customer, "OPEN#" + name) == !session.isEnded()
              && exists(customer, "ENDED#" + name) == session.isEnded(),
          "pointers follow their sessions",
          () -> name);
      checkPointers(session, period);
    }
  }

  /** Whoever looks for claims to pull, or for holds that have expired, finds them. */
  private void checkPointers(SessionModel session, String period) {
    String account = "ACCOUNT#customer:" + session.stored.customerId() + ":month#" + period;
    Stored.Share share = session.stored.share(period);
    unless(
        exists(account, "LOOSE#" + session.id) == share.loose(),
        "a share has a pointer exactly while it has claimed ahead",
        () -> session.id + " in " + period);
    Instant first = null;
    for (Stored.Hold hold : session.stored.holds().values()) {
      boolean isFirst = first == null || hold.expiresAt().isBefore(first);
      if (hold.period().equals(period) && isFirst) {
        first = hold.expiresAt();
      }
    }
    Instant freesAt = share.freesAt();
    Instant expires = first;
    unless(
        freesAt == null
            ? share.loose() || expires == null
            : expires != null
                && !freesAt.isAfter(expires)
                && exists(
                    account, "EXPIRING#%015d#%s".formatted(freesAt.toEpochMilli(), session.id)),
        "holds of exact shares have a pointer that is never late",
        () -> "%s in %s: %s".formatted(session.id, period, session.stored));
  }

  private boolean exists(CustomerModel customer, String sk) {
    return exists("CUSTOMER#" + customer.id, sk);
  }

  private boolean exists(String pk, String sk) {
    return table.apply(new Key(pk, sk)) != null;
  }

  private void checkEnd(SessionModel session, Stored.Session after) {
    unless(after.holds().isEmpty(), "an end releases holds", () -> session.id);
    if (request instanceof Requests.Sweep sweep) {
      Instant idleSince = session.stored.updatedAt().plus(sweep.idleTimeout());
      Instant oldAt = session.stored.startedAt().plus(Model.MAX_LIFETIME);
      unless(
          !now.isBefore(idleSince) || !now.isBefore(oldAt),
          "the sweep ends only what is idle or old",
          () -> "%s, used at %s".formatted(session.id, session.stored.updatedAt()));
      BigDecimal held = session.held(null, model.clock().latest());
      unless(
          held.signum() == 0,
          "I3 the sweep never ends a session with an unexpired hold",
          () -> "%s holds %s".formatted(session.id, held));
    } else {
      unless(
          request instanceof Requests.End end && end.sessionId().equals(session.id),
          "only what was asked for is ended",
          () -> session.id);
    }
  }

  private void checkKeptOrGone(
      SessionModel session, Stored.Hold hold, Stored.Session after, boolean ends) {
    Stored.Hold kept = after.holds().get(hold.id());
    boolean isSettled = settled.getOrDefault(session, Set.of()).contains(hold.id());
    boolean isExpired = !now.isBefore(hold.expiresAt());
    if (kept != null && !(isExpired && !kept.equals(hold))) {
      unless(
          kept.equals(hold) && !isSettled,
          "a hold stays as it was granted until it is settled",
          () -> "%s: %s -> %s".formatted(session.id, hold, kept));
    } else {
      boolean isReleased =
          request instanceof Requests.Release release
              && release.sessionId().equals(session.id)
              && release.holdId().equals(hold.id());
      unless(
          ends || isSettled || isReleased || isExpired,
          "a hold goes only for a reason",
          () -> "%s lost %s".formatted(session.id, hold));
    }
  }

  private void checkGrant(SessionModel session, Stored.Hold hold) {
    unless(
        request instanceof Requests.Hold asked && asked.isFor(session.id, hold.id(), hold.amount()),
        "only what was asked for is held",
        () -> session.id + " " + hold);
    Instant marked = markers.getOrDefault(hold.id(), now.plus(MARKER_LIFE));
    Instant markedBefore = session.granted.put(hold.id(), marked);
    Instant over = session.over.get(hold.id());
    unless(
        (markedBefore == null || !now.isBefore(markedBefore))
            && (over == null || !now.isBefore(over)),
        "I3 a hold is granted once, and never when it is over",
        () ->
            "%s %s granted at %s, marked till %s, over till %s"
                .formatted(session.id, hold, now, markedBefore, over));
    Instant onEveryClock = model.clock().latest();
    BigDecimal budget = session.stored.budget();
    BigDecimal taken = session.total().add(session.held(null, onEveryClock));
    unless(
        budget == null || taken.compareTo(budget) <= 0,
        "I3 spent and held money stays within the session's budget",
        () -> "%s: %s of %s".formatted(session.id, plain(taken), budget));
    MonthModel month = model.customer(session.stored.customerId()).month(hold.period());
    boolean asksNobody = !accountsWritten.contains(month);
    BigDecimal before = asksNobody ? month.ceilingBefore : null;
    BigDecimal ceiling = month.ceiling();
    BigDecimal cap = ceiling == null || before == null ? ceiling : ceiling.max(before);
    BigDecimal takenOfMonth = month.spent.add(month.held(onEveryClock));
    unless(
        cap == null || takenOfMonth.compareTo(cap) <= 0 || (asksNobody && month.isWithoutCeiling),
        "I3 spent and held money stays within the customer's cap",
        () ->
            "%s: %s spent and %s held after %s in %s, of a cap of %s"
                .formatted(
                    month,
                    plain(month.spent),
                    plain(month.held(onEveryClock)),
                    hold,
                    session.id,
                    cap));
  }

  private void checkRecorded(SessionModel session) {
    Stored.Session stored = session.stored;
    unless(
        stored.steps() == session.events.size(),
        "I1 steps",
        () ->
            "%s says %d steps of %d events"
                .formatted(session.id, stored.steps(), session.events.size()));
    CustomerModel customer = model.customer(stored.customerId());
    String latest = "";
    for (Map.Entry<String, Stored.Share> entry : stored.shares().entrySet()) {
      String period = entry.getKey();
      Stored.Share share = entry.getValue();
      latest = period.compareTo(latest) > 0 ? period : latest;
      unlessSame(share.spent(), session.spent(period), "I2 the spend of", session.id);
      BigDecimal taken = share.spent().add(session.held(period, model.clock().latest()));
      unless(
          session.isEnded()
              ? share.claimed().compareTo(share.spent()) == 0
              : share.claimed().compareTo(taken) >= 0,
          "spent + held <= claimed, and an ended session claims what it spent",
          () -> "%s in %s: %s of %s".formatted(session.id, period, plain(taken), share));
    }
    unless(
        stored.shares().keySet().containsAll(session.spent.keySet()),
        "I5 no spend without a share",
        () -> session.id);
    MonthModel month = customer.month(latest);
    boolean isOfThis = request.sessionId() != null && request.sessionId().equals(session.id);
    Stored.Account account = month.stored;
    if (isOfThis
        && accountsWritten.contains(month)
        && account != null
        && !account.unjudged()
        && !session.isEnded()) {
      unless(
          stored.standing().equals(account.standing()),
          "a change that writes the account knows the customer's standing",
          () -> "%s has %s, the account %s".formatted(session.id, stored.standing(), account));
    }
  }
}
