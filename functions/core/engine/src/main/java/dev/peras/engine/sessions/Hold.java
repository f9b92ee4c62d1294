package dev.peras.engine.sessions;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import java.time.YearMonth;

/**
 * Money reserved for a model call before it is made: the most that the call may cost.
 *
 * @param period the month that it was taken from, and that the settling event counts in
 * @param expiresAt from here on it no longer counts, whether or not anything has removed it
 */
public record Hold(String id, Usd amount, YearMonth period, Instant expiresAt) {
  public boolean isOpenAt(Instant now) {
    return now.isBefore(expiresAt);
  }
}
