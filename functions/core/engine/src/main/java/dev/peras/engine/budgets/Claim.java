package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a session's share of an account has told it, and taken from it.
 *
 * <p>An exact share has claimed what it has spent and holds, and booked what it has spent. A loose
 * one has claimed more, and may spend and hold that much before the account hears of it.
 *
 * @param claimed at least what is spent and held
 * @param booked how much of its spend the account knows of
 * @param loose whether it has claimed ahead
 * @param freesAt the time in the share's pointer by which others find holds that have expired: no
 *     later than its first hold expires; null where there is no pointer
 */
public record Claim(Usd claimed, Usd booked, boolean loose, @Nullable Instant freesAt) {
  public static final Claim NONE = new Claim(Usd.ZERO, Usd.ZERO, false, null);

  /** A claim of exactly what is spent and held. */
  public Claim exactly(Usd spent, Usd held) {
    return new Claim(spent.plus(held), spent, false, freesAt);
  }

  /** A claim of more than is needed. */
  public Claim ahead(Usd spent, Usd claimedAhead) {
    return new Claim(claimedAhead, spent, true, freesAt);
  }

  public Claim withFreesAt(@Nullable Instant at) {
    return new Claim(claimed, booked, loose, at);
  }

  /** Whether a share with this claim and so much spend and holds is as it should be. */
  public boolean covers(Usd spent, Usd held) {
    Usd need = spent.plus(held);
    return loose ? claimed.isAtLeast(need) : claimed.equals(need) && booked.equals(spent);
  }

  /** What its session may have spent for all that the account knows. */
  Usd most() {
    return loose ? claimed : booked;
  }

  int looseCount() {
    return loose ? 1 : 0;
  }
}
