package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;

/**
 * The sums of an account, or what a change adds to them. They only ever change by adding, so
 * changes that meet need not know of each other.
 *
 * @param spent what the account has heard of: at most what is really spent
 * @param most what can be spent before the account hears of it: the spend of exact shares and the
 *     claims of loose ones
 * @param claimed {@code most} and the holds of exact shares: the claims of all shares
 * @param loose how many shares have claimed ahead
 * @param settled what ended sessions spent
 * @param openSessions sessions that are open and have a share
 * @param endedSessions sessions with a share that have ended
 */
public record Figures(
    Usd spent, Usd most, Usd claimed, int loose, Usd settled, int openSessions, int endedSessions) {
  public static final Figures NONE = new Figures(Usd.ZERO, Usd.ZERO, Usd.ZERO, 0, Usd.ZERO, 0, 0);

  /** What a session adds that enters an account. */
  public static Figures ofOpenedSession() {
    return new Figures(Usd.ZERO, Usd.ZERO, Usd.ZERO, 0, Usd.ZERO, 1, 0);
  }

  /** What a session adds that enters an account after its end. */
  public static Figures ofLateSession() {
    return new Figures(Usd.ZERO, Usd.ZERO, Usd.ZERO, 0, Usd.ZERO, 0, 1);
  }

  /** What a session changes by ending. */
  public static Figures ofEndedSession(Usd settled) {
    return new Figures(Usd.ZERO, Usd.ZERO, Usd.ZERO, 0, settled, -1, 1);
  }

  public static Figures ofSettled(Usd settled) {
    return new Figures(Usd.ZERO, Usd.ZERO, Usd.ZERO, 0, settled, 0, 0);
  }

  /** What a hold of an exact share adds. */
  public static Figures ofHold(Usd amount) {
    return new Figures(Usd.ZERO, Usd.ZERO, amount, 0, Usd.ZERO, 0, 0);
  }

  /** What a share's claim changes by moving. */
  public static Figures ofMove(Claim before, Claim after) {
    return new Figures(
        after.booked().minus(before.booked()),
        after.most().minus(before.most()),
        after.claimed().minus(before.claimed()),
        after.looseCount() - before.looseCount(),
        Usd.ZERO,
        0,
        0);
  }

  /** Whether this takes nothing from an account: at most it tells it of spend that was claimed. */
  boolean onlyGivesBack() {
    return !spent.isNegative() && !most.isPositive() && !claimed.isPositive();
  }

  public Figures plus(Figures other) {
    return new Figures(
        spent.plus(other.spent),
        most.plus(other.most),
        claimed.plus(other.claimed),
        loose + other.loose,
        settled.plus(other.settled),
        openSessions + other.openSessions,
        endedSessions + other.endedSessions);
  }

  /** What the holds of exact shares come to, expired ones included that nobody has freed. */
  public Usd heldExactly() {
    return claimed.minus(most);
  }
}
