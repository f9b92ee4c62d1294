package dev.peras.engine.sessions;

import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Tokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grants holds within a session's budget, and computes the maximum cost of a model call. The
 * customer's account decides whether its month can pay.
 */
public final class Holds {
  private Holds() {}

  /**
   * The most that a call can cost: by the same rates as settlement, and by the highest that can
   * apply. The call may be made in a batch, its prompt may turn out shorter than announced or come
   * from a cache, and its output may all be reasoning.
   *
   * @param most what the call may use at most; its reasoning tokens don't matter
   */
  public static Usd ceiling(Price price, Tokens most) {
    Usd ceiling = Usd.ZERO;
    for (Rates rates : price.ratesUpTo(most.context())) {
      ceiling = ceiling.max(dearest(rates).costOf(most));
    }
    Price batch = price.batch();
    return batch == null ? ceiling : ceiling.max(ceiling(batch, most));
  }

  /** Each bucket at the highest rate that its tokens may end up with. */
  private static Rates dearest(Rates rates) {
    Usd reasoning = rates.reasoning();
    Usd input = rates.input().max(rates.cacheRead());
    return new Rates(
        input,
        reasoning == null ? rates.output() : rates.output().max(reasoning),
        rates.cacheRead(),
        rates.cacheWrite().max(input),
        rates.cacheWrite1h().max(input),
        null);
  }

  /**
   * The session with one more hold.
   *
   * @param session without expired holds
   * @throws Refusal SESSION_ENDED, TOO_MANY_HOLDS, SESSION_BUDGET_REACHED
   */
  public static Session grant(Session session, Hold hold, Instant now) {
    if (session.isEnded() || !now.isBefore(session.closesAt())) {
      throw Refusal.of(
          Refusal.Code.SESSION_ENDED,
          "Session %s has ended: it can spend no more.".formatted(session.id()));
    }
    if (hold.amount().isZero()) {
      return session; // Nothing is reserved, so nothing is stored; it is always granted.
    }
    if (session.holds().size() >= Session.MAX_HOLDS) {
      throw Refusal.of(
          Refusal.Code.TOO_MANY_HOLDS,
          "Session %s has %d open holds, which is the most. Settle or release some."
              .formatted(session.id(), Session.MAX_HOLDS));
    }
    Usd budget = session.terms().budget();
    Usd spent = session.spent();
    Usd held = session.held(now);
    if (budget != null && spent.plus(held).plus(hold.amount()).isMoreThan(budget)) {
      throw budgetReached(session, budget, spent, held, hold.amount());
    }
    List<Hold> holds = new ArrayList<>(session.holds());
    holds.add(hold);
    Session granted = session.withHolds(holds);
    return granted.hasShare(hold.period())
        ? granted
        : granted.withShare(PeriodShare.none(hold.period()));
  }

  /** The session without a hold; the same session where it has none of that id. */
  public static Session release(Session session, String holdId) {
    return find(session, holdId) == null
        ? session
        : session.withHolds(
            session.holds().stream().filter(hold -> !hold.id().equals(holdId)).toList());
  }

  public static @Nullable Hold find(Session session, String holdId) {
    for (Hold hold : session.holds()) {
      if (hold.id().equals(holdId)) {
        return hold;
      }
    }
    return null;
  }

  private static Refusal budgetReached(
      Session session, Usd budget, Usd spent, Usd held, Usd requested) {
    Usd remaining = budget.minus(spent).minus(held).max(Usd.ZERO);
    return Refusal.byLimit(
        Refusal.Code.SESSION_BUDGET_REACHED,
        "Session %s has %s USD left of its budget of %s USD; the hold asks for %s USD."
            .formatted(session.id(), remaining, budget, requested),
        new Refusal.Limit("session", spent, held, budget, remaining, requested));
  }
}
