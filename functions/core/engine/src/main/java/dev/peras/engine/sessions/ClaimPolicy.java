package dev.peras.engine.sessions;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.money.Usd;
import org.jspecify.annotations.Nullable;

/**
 * How a session's claim on its customer's month moves.
 *
 * <p>A session claims money ahead of spending it, so that most steps leave the account alone: a
 * claim grows by about what the session has spent so far, which makes the account's writes grow
 * like the logarithm of the spend. It takes no more than a fair share of the account's room, and
 * near a threshold nothing ahead: there the share is exact, and every change writes the account.
 *
 * @param ahead false makes every share exact: simplest, and enough for small deployments
 */
public record ClaimPolicy(boolean ahead) {
  /** All open sessions together may take at most one part in so many of the room ahead. */
  private static final int SHARE_PARTS = 4;

  /**
   * A claim's move to where it should be.
   *
   * @param share with its new claim
   * @param delta what the claim grows by; negative where it shrinks
   */
  public record Move(PeriodShare share, Usd delta) {}

  /** What a share's claim lacks to cover what is spent and held; negative: slack. */
  public static Usd shortfall(PeriodShare share, Usd held) {
    return share.spent().plus(held).minus(share.claimed());
  }

  /** Whether a change must write the account: the claim is too small, or it is exact. */
  public static boolean mustMove(PeriodShare share, Usd held) {
    return share.exact() || shortfall(share, held).isPositive();
  }

  /**
   * The move that the account's room allows without adding up the month.
   *
   * @param held the share's open holds
   * @return null when the room is used up
   */
  public @Nullable Move within(Account account, PeriodShare share, Usd held) {
    Usd need = shortfall(share, held);
    Usd roomAfter = account.room().minus(need);
    if (!roomAfter.isPositive()) {
      return null;
    }
    Usd extra = ahead ? extra(account, share, need, roomAfter) : Usd.ZERO;
    return move(share, need.plus(extra), extra.isZero());
  }

  /** The move to exactly what is spent and held. */
  public static Move exactly(PeriodShare share, Usd held) {
    return move(share, shortfall(share, held), true);
  }

  private static Move move(PeriodShare share, Usd delta, boolean exact) {
    return new Move(share.withClaim(share.claimed().plus(delta), exact), delta);
  }

  private static Usd extra(Account account, PeriodShare share, Usd need, Usd roomAfter) {
    if (account.standing().blocked()) {
      // An exact share asks the account at every step, and so hears at once of a raised cap.
      return Usd.ZERO;
    }
    Usd fair = roomAfter.shareOf(SHARE_PARTS * Math.max(1, account.openSessions()));
    return need.isMoreThan(fair) ? Usd.ZERO : share.spent().min(fair);
  }
}
