package dev.peras.engine.budgets;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * Which month a moment belongs to. Months are those of the calendar in the customer's time zone,
 * with their real lengths and daylight saving; the month is part of every key, so nothing is ever
 * reset.
 */
public final class Periods {
  /** How long a month still takes events that occurred in it. */
  public static final Duration GRACE = Duration.ofDays(3);

  private Periods() {}

  public static YearMonth of(Instant moment, ZoneId zone) {
    return YearMonth.from(LocalDate.ofInstant(moment, zone));
  }

  public static Instant start(YearMonth period, ZoneId zone) {
    return period.atDay(1).atStartOfDay(zone).toInstant();
  }

  public static Instant end(YearMonth period, ZoneId zone) {
    return start(period.plusMonths(1), zone);
  }

  /** A closed month takes no more events. */
  public static boolean isClosed(YearMonth period, Instant now, ZoneId zone) {
    return !now.isBefore(end(period, zone).plus(GRACE));
  }
}
