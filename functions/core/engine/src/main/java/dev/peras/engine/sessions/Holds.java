package dev.peras.engine.sessions;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.PriceQuery;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.engine.usage.Tokens;
import java.time.Duration;
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

  /** The prices that {@link #ceiling(PriceBook, String, Tokens, Instant, Duration)} needs. */
  public static List<PriceQuery> queries(String model, Instant now, Duration ttl) {
    return moments(now, ttl).stream().map(at -> new PriceQuery(model, at)).toList();
  }

  /**
   * The most that a call can cost that is made while its hold stands. It is settled at the price of
   * its moment: the price may rise meanwhile, or may have fallen since by a clock that is behind.
   *
   * @throws Refusal UnknownModel
   */
  public static Usd ceiling(
      PriceBook prices, String model, Tokens most, Instant now, Duration ttl) {
    Usd ceiling = Usd.ZERO;
    for (Instant moment : moments(now, ttl)) {
      Price price = prices.priceOf(model, moment);
      if (price == null && moment.equals(now)) {
        throw Refusal.because(new Reason.NoPrice(new Unpriced.UnknownModel(model)));
      }
      ceiling = price == null ? ceiling : ceiling.max(ceiling(price, most));
    }
    return ceiling;
  }

  private static List<Instant> moments(Instant now, Duration ttl) {
    return List.of(now, now.minus(Recorder.CLOCK_SKEW), now.plus(ttl).plus(Recorder.CLOCK_SKEW));
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
   * @throws Refusal SessionEnded, TooManyHolds, SessionBudgetReached
   */
  public static Session grant(Session session, Hold hold, Instant now) {
    if (session.isEnded() || !now.isBefore(session.closesAt())) {
      throw Refusal.because(new Reason.SessionEnded(session.id()));
    }
    if (hold.amount().isZero()) {
      return session; // Nothing is reserved, so nothing is stored; it is always granted.
    }
    if (session.holds().size() >= Session.MAX_HOLDS) {
      throw Refusal.because(new Reason.TooManyHolds(session.id(), Session.MAX_HOLDS));
    }
    Usd budget = session.terms().budget();
    Usd spent = session.spent();
    Usd held = session.held(now);
    if (budget != null && spent.plus(held).plus(hold.amount()).isMoreThan(budget)) {
      throw Refusal.because(
          new Reason.SessionBudgetReached(
              session.id(), new Reason.LimitFigures(spent, held, budget, hold.amount())));
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
}
