package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** What a month comes to. */
public final class Projection {
  private static final int DECIMALS = 6;

  private Projection() {}

  /**
   * The month's spend if its rest goes like the part that has passed; null while too little of it
   * has: in its first two days, and before 24 hours of it have passed.
   */
  public static @Nullable Usd ofMonth(Usd spent, YearMonth period, ZoneId zone, Instant now) {
    Instant start = Periods.start(period, zone);
    long whole = Duration.between(start, Periods.end(period, zone)).toSeconds();
    long passed = Math.min(Duration.between(start, now).toSeconds(), whole);
    LocalDate day = LocalDate.ofInstant(now, zone);
    if (passed < Duration.ofDays(1).toSeconds()
        || (YearMonth.from(day).equals(period) && day.getDayOfMonth() <= 2)) {
      return null;
    }
    return new Usd(
        spent
            .value()
            .multiply(BigDecimal.valueOf(whole))
            .divide(BigDecimal.valueOf(passed), DECIMALS, RoundingMode.HALF_UP));
  }
}
