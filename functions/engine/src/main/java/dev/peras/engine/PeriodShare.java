package dev.peras.engine;

import java.time.YearMonth;

/**
 * A session's part of one month of its customer.
 *
 * @param spent what its steps cost
 * @param claimed what it has taken from the month's room: at least what is spent and held
 * @param exact the month is near a limit: the claim follows every change at once, and every change
 *     writes the account
 */
public record PeriodShare(YearMonth period, Usd spent, Usd claimed, boolean exact) {

  public static PeriodShare none(YearMonth period) {
    return new PeriodShare(period, Usd.ZERO, Usd.ZERO, false);
  }

  public PeriodShare withClaim(Usd newClaimed, boolean isExact) {
    return new PeriodShare(period, spent, newClaimed, isExact);
  }

  public PeriodShare plusSpent(Usd cost) {
    return new PeriodShare(period, spent.plus(cost), claimed, exact);
  }
}
