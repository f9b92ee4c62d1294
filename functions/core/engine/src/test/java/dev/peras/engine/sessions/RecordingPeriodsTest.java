package dev.peras.engine.sessions;

import static dev.peras.engine.Samples.recordAt;
import static dev.peras.engine.Samples.sessionIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.peras.engine.Call;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.money.Usd;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which month a step counts in. */
class RecordingPeriodsTest {
  private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
  private static final Instant NOVEMBER_BEGINS = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant OCTOBER_CLOSES = Instant.parse("2026-11-04T00:00:00Z");
  private static final Duration MILLI = Duration.ofMillis(1);

  private static Step step(Instant now, Session session, Call call) {
    return recordAt(now, session, call).steps().getFirst();
  }

  private static Session octoberSession() {
    return sessionIn(ZoneOffset.UTC, Instant.parse("2026-10-20T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "UTC,                 2026-10-31T23:59:59.999Z, 2026-10",
    "UTC,                 2026-11-01T00:00:00Z,     2026-11",
    "Europe/Berlin,       2026-10-31T22:59:59.999Z, 2026-10",
    "Europe/Berlin,       2026-10-31T23:00:00Z,     2026-11",
    "America/Los_Angeles, 2026-11-01T06:59:59.999Z, 2026-10",
    "America/Los_Angeles, 2026-11-01T07:00:00Z,     2026-11",
    "Pacific/Kiritimati,  2026-10-31T09:59:59.999Z, 2026-10",
    "Pacific/Kiritimati,  2026-10-31T10:00:00Z,     2026-11",
    "Asia/Kathmandu,      2026-10-31T18:14:59.999Z, 2026-10",
    "Asia/Kathmandu,      2026-10-31T18:15:00Z,     2026-11"
  })
  void L23_a_month_begins_at_midnight_in_the_customers_zone(
      String zone, Instant at, YearMonth period) {
    Session session = sessionIn(ZoneId.of(zone), at.minusSeconds(3_600));

    assertThat(step(at, session, Call.named("1")).period()).isEqualTo(period);
  }

  @ParameterizedTest
  @CsvSource({
    // In March, Berlin is an hour ahead of UTC at its month's start and two hours at its end.
    "Europe/Berlin, 2026-03, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
    "Europe/Berlin, 2026-10, 2026-09-30T22:00:00Z, 2026-10-31T23:00:00Z",
    // Los Angeles leaves summer time on 1 November.
    "America/Los_Angeles, 2026-11, 2026-11-01T07:00:00Z, 2026-12-01T08:00:00Z",
    "UTC, 2028-02, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "UTC, 2027-02, 2027-02-01T00:00:00Z, 2027-03-01T00:00:00Z",
    "UTC, 2026-12, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z"
  })
  void L20_a_month_has_its_real_length(
      String zoneName, YearMonth period, Instant start, Instant end) {
    ZoneId zone = ZoneId.of(zoneName);

    assertThat(Periods.start(period, zone)).isEqualTo(start);
    assertThat(Periods.end(period, zone)).isEqualTo(end);
    assertThat(Periods.of(start, zone)).isEqualTo(period);
    assertThat(Periods.of(start.minus(MILLI), zone)).isEqualTo(period.minusMonths(1));
    assertThat(Periods.of(end.minus(MILLI), zone)).isEqualTo(period);
    assertThat(Periods.of(end, zone)).isEqualTo(period.plusMonths(1));
  }

  @Test
  void a_leap_day_is_in_february() {
    Instant leapDay = Instant.parse("2028-02-29T23:59:59Z");

    assertThat(step(leapDay, sessionIn(ZoneOffset.UTC, leapDay), Call.named("1")).period())
        .isEqualTo(YearMonth.of(2028, 2));
  }

  @Test
  void a_session_over_the_turn_of_the_month_has_a_share_of_each() {
    Session session = octoberSession();
    Instant october = NOVEMBER_BEGINS.minus(MILLI);
    session = recordAt(october, session, Call.named("1").cost("1")).session();
    session = recordAt(NOVEMBER_BEGINS, session, Call.named("2").cost("2")).session();
    session = recordAt(NOVEMBER_BEGINS, session, Call.named("3").cost("4").at(october)).session();

    assertThat(session.periods())
        .extracting(PeriodShare::period, PeriodShare::spent)
        .containsExactly(tuple(OCTOBER, Usd.of("5")), tuple(NOVEMBER, Usd.of("2")));
    assertThat(session.spent()).isEqualTo(Usd.of("7"));
  }

  @Test
  void shares_stay_in_the_order_of_their_months() {
    Session session = sessionIn(ZoneOffset.UTC, NOVEMBER_BEGINS);
    session =
        recordAt(NOVEMBER_BEGINS, session, Call.named("1").at(NOVEMBER_BEGINS.minus(MILLI)))
            .session();

    assertThat(session.periods())
        .extracting(PeriodShare::period)
        .containsExactly(OCTOBER, NOVEMBER);
  }

  @Test
  void L22_the_last_minutes_of_a_month_count_in_it_although_they_arrive_after_it() {
    Call call = Call.named("1").at("2026-10-31T23:58:00Z");

    Step step = step(NOVEMBER_BEGINS.plusSeconds(60), octoberSession(), call);

    assertThat(step.period()).isEqualTo(OCTOBER);
    assertThat(step.booking().late()).isFalse();
  }

  @Test
  void a_month_takes_its_events_for_three_days_after_its_end() {
    Call call = Call.named("1").at("2026-10-31T12:00:00Z");

    Step inTime = step(OCTOBER_CLOSES.minus(MILLI), octoberSession(), call);
    assertThat(inTime.period()).isEqualTo(OCTOBER);
    assertThat(inTime.booking().late()).isFalse();

    Step missed = step(OCTOBER_CLOSES, octoberSession(), call);
    assertThat(missed.period()).isEqualTo(NOVEMBER);
    assertThat(missed.booking().late()).isTrue();
    assertThat(missed.booking().occurredAt()).isEqualTo("2026-10-31T12:00:00Z");
  }

  @Test
  void the_grace_ends_by_the_customers_clock() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Session session = sessionIn(berlin, Instant.parse("2026-10-20T00:00:00Z"));
    Call call = Call.named("1").at("2026-10-31T12:00:00Z");
    Instant closes = Instant.parse("2026-11-03T23:00:00Z");

    assertThat(step(closes.minus(MILLI), session, call).period()).isEqualTo(OCTOBER);
    assertThat(step(closes, session, call).period()).isEqualTo(NOVEMBER);
  }

  @Test
  void an_event_years_old_counts_now_and_is_late() {
    Step step = step(OCTOBER_CLOSES, octoberSession(), Call.named("1").at("2019-01-01T00:00:00Z"));

    assertThat(step.period()).isEqualTo(NOVEMBER);
    assertThat(step.booking().late()).isTrue();
  }

  @Test
  void a_sender_whose_clock_is_ahead_may_open_the_next_month() {
    Instant now = NOVEMBER_BEGINS.minusSeconds(60);
    Call call = Call.named("1").at(NOVEMBER_BEGINS.plusSeconds(60));

    assertThat(step(now, octoberSession(), call).period()).isEqualTo(NOVEMBER);
  }

  private static Session holding(Hold... holds) {
    return octoberSession().withHolds(List.of(holds));
  }

  private static Hold octoberHold(String id) {
    return new Hold(id, Usd.of("1"), OCTOBER, NOVEMBER_BEGINS.plusSeconds(600));
  }

  @Test
  void an_event_settles_its_hold_and_leaves_the_others() {
    Session session = holding(octoberHold("a"), octoberHold("b"));

    Session settled =
        recordAt(NOVEMBER_BEGINS, session, Call.named("1").cost("0.5").hold("a")).session();

    assertThat(settled.holds()).extracting(Hold::id).containsExactly("b");
    assertThat(settled.held(NOVEMBER_BEGINS)).isEqualTo(Usd.of("1"));
  }

  @Test
  void a_settling_event_counts_where_its_money_was_held() {
    Call call = Call.named("1").at(NOVEMBER_BEGINS.plusSeconds(1)).hold("a");

    Step step = step(NOVEMBER_BEGINS.plusSeconds(1), holding(octoberHold("a")), call);

    assertThat(step.period()).isEqualTo(OCTOBER);
  }

  @Test
  void a_second_event_of_the_same_hold_counts_in_its_own_month() {
    Instant now = NOVEMBER_BEGINS.plusSeconds(1);
    List<Step> steps =
        recordAt(
                now,
                holding(octoberHold("a")),
                Call.named("1").hold("a"),
                Call.named("2").hold("a"))
            .steps();

    assertThat(steps).extracting(Step::period).containsExactly(OCTOBER, NOVEMBER);
  }

  @Test
  void usage_of_a_hold_that_nobody_knows_is_recorded_all_the_same() {
    Step step = step(NOVEMBER_BEGINS, octoberSession(), Call.named("1").cost("1").hold("lost"));

    assertThat(step.cost()).isEqualTo(Usd.of("1"));
    assertThat(step.period()).isEqualTo(NOVEMBER);
    assertThat(step.booking().holdId()).isEqualTo("lost");
  }

  @Test
  void usage_of_a_hold_that_has_expired_is_recorded_and_clears_it() {
    Instant late = NOVEMBER_BEGINS.plus(Duration.ofHours(2));

    Session session =
        recordAt(late, holding(octoberHold("a")), Call.named("1").cost("1").hold("a")).session();

    assertThat(session.spent()).isEqualTo(Usd.of("1"));
    assertThat(session.holds()).isEmpty();
  }

  @Test
  void an_expired_hold_does_not_reopen_a_closed_month() {
    Call call = Call.named("1").hold("a");

    Step step = step(OCTOBER_CLOSES.plusSeconds(1), holding(octoberHold("a")), call);

    assertThat(step.period()).isEqualTo(NOVEMBER);
  }

  @Test
  void a_hold_counts_until_the_moment_it_expires() {
    Session session = holding(octoberHold("a"));
    Instant expiry = NOVEMBER_BEGINS.plusSeconds(600);

    assertThat(session.held(expiry.minus(MILLI))).isEqualTo(Usd.of("1"));
    assertThat(session.held(expiry)).isEqualTo(Usd.ZERO);
    assertThat(session.withoutExpiredHolds(expiry.minus(MILLI)).holds()).hasSize(1);
    assertThat(session.withoutExpiredHolds(expiry).holds()).isEmpty();
  }
}
