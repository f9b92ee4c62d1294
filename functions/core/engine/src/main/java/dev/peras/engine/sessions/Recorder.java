package dev.peras.engine.sessions;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.Judged;
import dev.peras.engine.detectors.Observations;
import dev.peras.engine.detectors.Warning;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Charge;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.PriceQuery;
import dev.peras.engine.pricing.Pricing;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The heart of Peras: counts usage events in a session. Stateless and thread-safe.
 *
 * <p>Recording never refuses money that is gone: limits act on what comes next. Only an event that
 * can't be priced or can't have happened yet refuses its whole request.
 */
public final class Recorder {
  /** How far ahead of this clock a sender's clock may be. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** Stands in the ledger for the model of an event that brings its cost and names no model. */
  public static final String UNNAMED_MODEL = "unnamed";

  private final DetectorSettings detectors;

  public Recorder(DetectorSettings detectors) {
    this.detectors = detectors;
  }

  /** The prices that counting events in a session needs. */
  public static Set<PriceQuery> queries(Session session, List<UsageEvent> events, Instant now) {
    Set<PriceQuery> queries = new LinkedHashSet<>();
    for (UsageEvent event : events) {
      if (event.cost() == null) {
        String model = modelOf(session, event);
        queries.addAll(Pricing.queries(event.call(), model, occurredAt(event, now)));
      }
    }
    return queries;
  }

  /**
   * Counts events in a session.
   *
   * @param events new ones: the session has counted none of them, and no id comes twice
   * @param prices with those that {@link #queries} asks for
   * @throws Refusal when the session takes no more usage, or an event can't be priced or lies in
   *     the future: then none is counted
   */
  public Verdict record(Session session, List<UsageEvent> events, PriceBook prices, Instant now) {
    refuseIfClosed(session, now);
    List<Charge> charges = charges(session, events, prices, now);

    DetectorSettings settings =
        session.terms().detectors() == null ? detectors : session.terms().detectors();
    List<PeriodShare> shares = session.periods();
    List<Hold> holds = session.holds();
    Observations observations = session.observations();
    Usd spent = session.spent();
    long number = session.steps();
    List<Step> steps = new ArrayList<>(events.size());
    List<Warning> raised = new ArrayList<>(0);

    for (int i = 0; i < events.size(); i++) {
      UsageEvent event = events.get(i);
      number++;
      Step step = step(session, holds, event, number, charges.get(i), now);
      steps.add(step);
      shares = Session.withShare(shares, share(shares, step.period()).plus(step));
      holds = withoutHold(holds, event.holdId());
      spent = spent.plus(step.cost());
      observations =
          observations.next(
              settings,
              judged(step, event),
              new Observations.Session(spent, session.terms().budget()),
              raised);
      if (event.isWithoutUsage()) {
        observations = observations.withoutUsage(number, raised);
      }
    }

    Session recorded =
        new Session(
            session.terms(),
            session.version(),
            shares,
            holds,
            observations,
            session.customer(),
            now,
            session.endedAt());
    return new Verdict(recorded, steps, raised);
  }

  private static Judged judged(Step step, UsageEvent event) {
    return new Judged(
        step.number(),
        step.model(),
        step.tokens(),
        event.activity(),
        step.cost(),
        step.booking().occurredAt());
  }

  private static void refuseIfClosed(Session session, Instant now) {
    if (!now.isBefore(session.closesAt())) {
      throw Refusal.because(
          new Reason.SessionClosed(session.id(), session.closesAt(), Session.LATE_WINDOW));
    }
  }

  private static List<Charge> charges(
      Session session, List<UsageEvent> events, PriceBook prices, Instant now) {
    List<Charge> charges = new ArrayList<>(events.size());
    SortedMap<Integer, Reason.OfEvent> refused = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      UsageEvent event = events.get(i);
      Instant at = occurredAt(event, now);
      String model = modelOf(session, event);
      if (at.isAfter(now.plus(CLOCK_SKEW))) {
        refused.put(i, new Reason.OccurredAtInFuture(at, now, CLOCK_SKEW));
      } else if (event.cost() != null) {
        charges.add(new Charge.Given(event.cost()));
      } else {
        ModelCall call = model == null ? event.call() : event.call().of(model);
        switch (Pricing.price(call, at, prices)) {
          case Pricing.Costs costs -> charges.add(costs.charge());
          case Pricing.Refused none -> refused.put(i, new Reason.NoPrice(none.why()));
        }
      }
    }
    if (!refused.isEmpty()) {
      throw Refusal.ofEvents(refused);
    }
    return charges;
  }

  private static Instant occurredAt(UsageEvent event, Instant now) {
    return event.occurredAt() == null ? now : event.occurredAt();
  }

  private static @Nullable String modelOf(Session session, UsageEvent event) {
    return event.model() == null ? session.terms().model() : event.model();
  }

  private static Step step(
      Session session,
      List<Hold> holds,
      UsageEvent event,
      long number,
      Charge charge,
      Instant now) {
    Instant occurredAt = occurredAt(event, now);
    ZoneId zone = session.terms().zone();
    YearMonth own = Periods.of(occurredAt, zone);
    boolean missedItsMonth = Periods.isClosed(own, now, zone);
    YearMonth period = missedItsMonth ? Periods.of(now, zone) : own;
    // A call with a hold counts where its money was reserved. A hold that expired long ago
    // may still be listed; it reopens no month.
    for (Hold hold : holds) {
      if (hold.id().equals(event.holdId()) && !Periods.isClosed(hold.period(), now, zone)) {
        period = hold.period();
      }
    }
    String model = modelOf(session, event);
    return new Step(
        event.eventId(),
        number,
        event.call().of(model == null ? UNNAMED_MODEL : model),
        event.activity(),
        charge,
        new Booking(occurredAt, now, period, session.isEnded() || missedItsMonth, event.holdId()),
        event.tags(),
        event.fingerprint());
  }

  private static PeriodShare share(List<PeriodShare> shares, YearMonth period) {
    for (PeriodShare share : shares) {
      if (share.period().equals(period)) {
        return share;
      }
    }
    return PeriodShare.none(period);
  }

  private static List<Hold> withoutHold(List<Hold> holds, @Nullable String holdId) {
    return holdId == null || holds.isEmpty()
        ? holds
        : holds.stream().filter(hold -> !hold.id().equals(holdId)).toList();
  }
}
