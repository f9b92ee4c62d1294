package dev.peras.engine.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionTest {
  @ParameterizedTest
  @CsvSource({
    // A month of 30 days, at its middle, at its end and after it.
    "10, 2026-11, 2026-11-16T00:00:00Z, Z, 20",
    "10, 2026-11, 2026-12-01T00:00:00Z, Z, 10",
    "10, 2026-11, 2027-03-01T00:00:00Z, Z, 10",
    // In Athens October has an hour more, and starts three hours before UTC's.
    "1, 2026-10, 2026-10-02T21:00:00Z, Europe/Athens, 15.520833",
    "0, 2026-11, 2026-11-03T00:00:00Z, Z, 0",
    // Rounded to six decimals.
    "1, 2026-11, 2026-11-08T00:00:00Z, Z, 4.285714",
  })
  void the_rest_of_a_month_is_taken_to_go_like_the_part_that_has_passed(
      String spent, YearMonth period, Instant now, String zone, String projected) {
    ZoneId its = zone.equals("Z") ? ZoneOffset.UTC : ZoneId.of(zone);
    assertThat(Projection.ofMonth(Usd.of(spent), period, its, now)).isEqualTo(Usd.of(projected));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-01T00:00:00Z, Z",
    "2026-11-02T23:59:59Z, Z",
    "2026-11-02T21:59:59Z, Europe/Athens"
  })
  void nothing_is_projected_in_the_first_two_days(Instant now, String zone) {
    ZoneId its = zone.equals("Z") ? ZoneOffset.UTC : ZoneId.of(zone);
    assertThat(Projection.ofMonth(Usd.of("1"), YearMonth.of(2026, 11), its, now)).isNull();
  }
}
