package dev.peras.store.simulation;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.store.TopUp;
import dev.peras.store.simulation.Model.MonthModel;
import dev.peras.store.simulation.Model.SessionModel;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses what clients ask for next. */
final class Workload {
  private static final int RECENT = 24;

  private final Plan plan;
  private final Chance chance;
  private final Model model;
  private final Tally tally;

  /** Requests that were never answered: they will be sent again. */
  private final List<Request> unanswered = new ArrayList<>();

  /** The last requests, answered or not: some are sent twice, at once or later. */
  private final List<Request> recent = new ArrayList<>();

  /** The sessions that a customer's agents use now. */
  private final Map<String, List<String>> current = new HashMap<>();

  private final Map<String, List<String>> holds = new HashMap<>();
  private int lastId;

  Workload(Plan plan, Chance chance, Model model, Tally tally) {
    this.plan = plan;
    this.chance = chance;
    this.model = model;
    this.tally = tally;
  }

  List<Request> unanswered() {
    return unanswered;
  }

  void wasNotAnswered(Request request) {
    if (!unanswered.contains(request)) {
      unanswered.add(request);
    }
  }

  Request next() {
    if (!unanswered.isEmpty() && chance.percent(15)) {
      tally.add("resent: never answered");
      return unanswered.remove(chance.below(unanswered.size()));
    }
    if (!recent.isEmpty() && chance.percent(10)) {
      Request again = chance.oneOf(recent);
      tally.add(again.isDone() ? "resent: answered before" : "resent: while under way");
      return again;
    }
    Request request = fresh();
    recent.add(request);
    if (recent.size() > RECENT) {
      recent.remove(chance.below(RECENT));
    }
    return request;
  }

  private Request fresh() {
    String customer = chance.oneOf(plan.customers);
    List<String> sessions = current.computeIfAbsent(customer, c -> new ArrayList<>());
    int dice = chance.below(1000);
    if (sessions.isEmpty() || (dice < 150 && sessions.size() < plan.sessionsPerCustomer)) {
      return start(customer, sessions);
    }
    String session = session(sessions);
    if (dice < 175) {
      return end(sessions, session);
    } else if (dice < 200) {
      BigDecimal spent = spentLately(customer);
      return new Requests.PutLimits(customer, plan.limits(chance.percent(15) ? null : spent));
    } else if (dice < 210) {
      return new Requests.Add(customer, new TopUp("t" + ++lastId, plan.topUp(), null));
    } else if (dice < 225) {
      int turns = chance.percent(80) ? Integer.MAX_VALUE : chance.below(60);
      return new Requests.Sweep(plan.idleTimeout, turns, tally);
    } else if (dice < 240) {
      return new Requests.Deliver(tally);
    } else if (dice < 260) {
      return new Requests.GetMonth(customer);
    } else if (dice < 280) {
      return new Requests.GetSession(session);
    } else if (dice < 500) {
      return hold(session);
    } else if (dice < 550) {
      return new Requests.Release(session, holdOf(session));
    } else if (dice < 900) {
      return new Requests.Usage(session, List.of(event(session)));
    }
    List<UsageEvent> events = new ArrayList<>();
    boolean isFull = chance.percent(4);
    int count = isFull ? 90 : chance.between(2, 6);
    for (int i = 0; i < count; i++) {
      boolean isSame = !events.isEmpty() && chance.percent(8);
      events.add(
          isSame
              ? chance.oneOf(events)
              : isFull ? event("e" + ++lastId, null, plan.cost(), null, null) : event(session));
    }
    return new Requests.Usage(session, events);
  }

  /** Mostly one that is open. */
  private String session(List<String> sessions) {
    String session = chance.oneOf(sessions);
    SessionModel known = model.session(session);
    if ((known == null || known.isEnded()) && chance.percent(known == null ? 30 : 15)) {
      sessions.remove(session);
    }
    return session;
  }

  private Request start(String customer, List<String> sessions) {
    String id = "s" + ++lastId;
    sessions.add(id);
    return new Requests.Start(customer, chance.percent(95) ? id : null, plan.budget());
  }

  private Request end(List<String> sessions, String session) {
    if (chance.percent(50)) {
      sessions.remove(session);
    }
    return new Requests.End(session);
  }

  private Request hold(String session) {
    SessionModel known = model.session(session);
    if (known == null) {
      return new Requests.GetSession(session);
    }
    String id = "h" + ++lastId;
    holds.computeIfAbsent(session, s -> new ArrayList<>()).add(id);
    Duration ttl =
        chance.percent(50)
            ? Duration.ofSeconds(chance.between(1, 20))
            : Duration.ofSeconds(chance.between(60, 3600));
    return new Requests.Hold(known, id, plan.hold(), ttl);
  }

  /** A hold of a session, which is used up by that; sometimes one that never was. */
  private String holdOf(String session) {
    List<String> its = holds.getOrDefault(session, List.of());
    if (its.isEmpty() || chance.percent(3)) {
      return "h" + ++lastId;
    }
    return chance.percent(90) ? its.remove(chance.below(its.size())) : chance.oneOf(its);
  }

  private UsageEvent event(String session) {
    String holdId = chance.percent(45) && holds.containsKey(session) ? holdOf(session) : null;
    Usd cost = plan.cost();
    SessionModel known = model.session(session);
    if (known != null && !known.events.isEmpty() && chance.percent(0.5)) {
      tally.add("event: id with other content");
      String counted = known.events.keySet().stream().sorted().findFirst().orElseThrow();
      return event(counted, null, cost, null, holdId);
    }
    String id = "e" + ++lastId;
    if (chance.percent(0.5)) {
      tally.add("event: unknown model");
      return event(id, "nobody-knows", null, null, holdId);
    }
    return event(id, null, chance.percent(30) ? null : cost, occurredAt(), holdId);
  }

  private UsageEvent event(
      String id,
      @Nullable String eventModel,
      @Nullable Usd cost,
      @Nullable Instant occurredAt,
      @Nullable String holdId) {
    Tokens tokens = new Tokens(chance.between(0, 30_000), chance.between(0, 500), 0, 0, 0, 0);
    return UsageEvent.named(id)
        .model(eventModel)
        .tokens(tokens)
        .cost(cost)
        .occurredAt(occurredAt)
        .holdId(holdId)
        .build();
  }

  /** Mostly now; sometimes before, and in other months; rarely ahead. */
  private @Nullable Instant occurredAt() {
    Instant now = model.clock().now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    int dice = chance.below(100);
    if (dice < 75) {
      return null;
    } else if (dice < 85) {
      return now.minusSeconds(chance.between(0, 300));
    } else if (dice < 90) {
      return now.minus(Duration.ofHours(chance.between(1, 100)));
    } else if (dice < 94) {
      return now.minus(Duration.ofDays(chance.between(1, 70)));
    } else if (dice < 99) {
      return now.plusSeconds(chance.between(0, 290));
    }
    tally.add("event: from the future");
    return now.plusSeconds(chance.between(310, 100_000));
  }

  /** What a customer has spent in its latest month. */
  private BigDecimal spentLately(String customer) {
    BigDecimal spent = BigDecimal.ZERO;
    String latest = "";
    for (MonthModel month : model.customer(customer).months.values()) {
      if (month.period.compareTo(latest) > 0) {
        latest = month.period;
        spent = month.spent;
      }
    }
    return spent;
  }
}
