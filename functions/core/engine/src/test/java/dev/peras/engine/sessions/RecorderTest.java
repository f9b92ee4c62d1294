package dev.peras.engine.sessions;

import static dev.peras.engine.Samples.NOVEMBER;
import static dev.peras.engine.Samples.NOW;
import static dev.peras.engine.Samples.RECORDER;
import static dev.peras.engine.Samples.events;
import static dev.peras.engine.Samples.record;
import static dev.peras.engine.Samples.recordAt;
import static dev.peras.engine.Samples.session;
import static dev.peras.engine.Samples.sessionWithBudget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peras.engine.Call;
import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.Samples;
import dev.peras.engine.budgets.Claim;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.detectors.Warning;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Charge;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.engine.pricing.PriceOverrides;
import dev.peras.engine.pricing.PriceQuery;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

public class RecorderTest {
  private static final Duration MILLI = Duration.ofMillis(1);

  private static Refusal refusal(Runnable record) {
    return catchThrowableOfType(Refusal.class, record::run);
  }

  @Test
  void a_session_adds_up_what_its_steps_cost() {
    Session once = record(session(), Call.named("1").input(1_500_000)).session();
    Session twice = record(once, Call.named("2").input(1)).session();

    assertThat(twice.spent()).isEqualTo(Usd.of("1.500001"));
    assertThat(twice.steps()).isEqualTo(2);
    assertThat(twice.share(NOVEMBER).spent()).isEqualTo(Usd.of("1.500001"));
    assertThat(twice.updatedAt()).isEqualTo(NOW);
  }

  @Test
  void a_session_adds_up_each_token_bucket() {
    Session session =
        record(
                session(),
                Call.named("1").tokens(new Tokens(1, 20, 300, 4_000, 50_000, 6)),
                Call.named("2").tokens(new Tokens(1, 20, 300, 4_000, 50_000, 6)).model("n"))
            .session();

    assertThat(session.tokens()).isEqualTo(new Tokens(2, 40, 600, 8_000, 100_000, 12));
    assertThat(session.tokens().context()).isEqualTo(108_602);
    assertThat(session.tokens().total()).isEqualTo(108_642);
  }

  @Test
  void each_model_has_a_sum_of_its_own() {
    Session session =
        record(
                session(),
                Call.named("1").input(1),
                Call.named("2").input(2).model("n"),
                Call.named("3").input(4))
            .session();

    assertThat(session.models())
        .containsOnlyKeys("m", "n")
        .containsEntry("m", new ModelSum(2, Samples.input(5), Usd.of("0.000005")))
        .containsEntry("n", new ModelSum(1, Samples.input(2), Usd.of("0.000002")));
  }

  @Test
  void the_33rd_model_and_those_after_it_are_summed_as_other() {
    Call[] calls =
        IntStream.range(0, 40)
            .mapToObj(i -> Call.named("e" + i).model("m" + i).input(1))
            .toArray(Call[]::new);

    Session session = record(session(), calls).session();

    assertThat(session.models())
        .hasSize(PeriodShare.MAX_MODELS + 1)
        .containsEntry(
            PeriodShare.OTHER_MODELS, new ModelSum(8, Samples.input(8), Usd.of("0.000008")));
    assertThat(session.steps()).isEqualTo(40);
    assertThat(session.spent()).isEqualTo(Usd.of("0.00004"));
  }

  @Test
  void a_model_among_the_first_32_keeps_its_sum_when_others_overflow() {
    Call[] calls =
        IntStream.range(0, 40)
            .mapToObj(i -> Call.named("e" + i).model("m" + i).input(1))
            .toArray(Call[]::new);

    Session session =
        record(record(session(), calls).session(), Call.named("last").model("m0").input(1))
            .session();

    assertThat(session.models()).containsEntry("m0", sum(2, "0.000002"));
    assertThat(session.models()).doesNotContainKey("m32");
  }

  private static ModelSum sum(long tokens, String cost) {
    return new ModelSum(tokens, Samples.input(tokens), Usd.of(cost));
  }

  @Test
  void a_step_in_the_ledger_says_all_that_its_event_said() {
    Call call =
        Call.named("e")
            .model("n")
            .tokens(new Tokens(1, 2, 3, 4, 5, 1))
            .batch()
            .toolCalls(3)
            .prompt("p")
            .result("r")
            .at(NOW.minus(MILLI))
            .hold("h")
            .tags(Map.of("team", "core"));

    Step step = record(session(), call).steps().getFirst();

    assertThat(step)
        .isEqualTo(
            new Step(
                "e",
                1,
                new ModelCall("n", new Tokens(1, 2, 3, 4, 5, 1), CallTraits.BATCH),
                new Activity(3, Hash.of("p"), Hash.of("r")),
                new Charge.Priced(Usd.of("0.000021"), Samples.PLAIN.rates()),
                new Booking(NOW.minus(MILLI), NOW, NOVEMBER, false, "h"),
                Map.of("team", "core"),
                call.event().fingerprint()));
  }

  @Test
  void steps_are_numbered_on_from_those_before() {
    Session session = record(session(), Call.named("1"), Call.named("2")).session();

    assertThat(record(session, Call.named("3"), Call.named("4")).steps())
        .extracting(Step::number)
        .containsExactly(3L, 4L);
  }

  @Test
  void an_event_without_a_time_occurred_when_it_arrived() {
    assertThat(record(session(), Call.named("1")).steps().getFirst().booking().occurredAt())
        .isEqualTo(NOW);
  }

  @Test
  void the_price_is_the_one_in_force_when_the_call_was_made() {
    PriceBook rising =
        new PriceBook(
            new PriceOverrides(List.of(new PriceOverride("m", Samples.PLAIN, NOW))),
            PriceBook.EMPTY.list(),
            Price.of(Rates.of(Usd.of("0.5"), Usd.of("4"))));
    List<UsageEvent> events = events(Call.named("1").at(NOW.minus(MILLI)), Call.named("2").at(NOW));

    assertThat(RECORDER.record(session(), events, rising, NOW).steps())
        .extracting(Step::cost)
        .containsExactly(Usd.of("0.0005"), Usd.of("0.001"));
    assertThat(Recorder.queries(session(), events, NOW))
        .containsExactlyInAnyOrder(new PriceQuery("m", NOW.minus(MILLI)), new PriceQuery("m", NOW));
  }

  @Test
  void an_events_own_cost_overrides_the_price() {
    Verdict verdict = record(session(), Call.named("1").cost("0.00000000000000000001"));

    assertThat(verdict.session().spent().toString()).isEqualTo("0.00000000000000000001");
    assertThat(verdict.steps().getFirst().charge()).isInstanceOf(Charge.Given.class);
  }

  @Test
  void an_events_own_cost_of_zero_is_zero_and_no_missing_one() {
    assertThat(record(session(), Call.named("1").cost("0")).session().spent()).isEqualTo(Usd.ZERO);
  }

  @Test
  void an_event_with_a_cost_needs_no_known_model() {
    Step step = record(session(), Call.named("1").model("unknown").cost("1")).steps().getFirst();

    assertThat(step.model()).isEqualTo("unknown");
    assertThat(step.cost()).isEqualTo(Usd.of("1"));
  }

  @Test
  void an_event_with_a_cost_and_no_model_at_all_is_counted_as_unnamed() {
    Session noModel = session(null, null, null, ZoneOffset.UTC, NOW);

    assertThat(record(noModel, Call.named("1").cost("1")).session().models())
        .containsOnlyKeys(Recorder.UNNAMED_MODEL);
  }

  @Test
  void an_event_without_cost_and_without_any_model_is_refused() {
    Session noModel = session(null, null, null, ZoneOffset.UTC, NOW);

    Refusal refusal = refusal(() -> record(noModel, Call.named("1")));

    assertThat(refusal.events()).isEqualTo(Map.of(0, new Reason.NoPrice(new Unpriced.NoModel())));
  }

  @Test
  void an_unknown_model_is_refused_and_never_free() {
    Refusal refusal = refusal(() -> record(session(), Call.named("1").model("unknown-7")));

    assertThat(refusal.events())
        .isEqualTo(Map.of(0, new Reason.NoPrice(new Unpriced.UnknownModel("unknown-7"))));
  }

  @Test
  void a_refusal_names_the_index_of_each_bad_event() {
    Refusal refusal =
        refusal(() ->
            record(
                session(),
                Call.named("0"),
                Call.named("1").model("unknown-1"),
                Call.named("2"),
                Call.named("3").at(NOW.plus(Duration.ofHours(1))),
                Call.named("4").model("unknown-4")));

    Instant ahead = NOW.plus(Duration.ofHours(1));
    assertThat(refusal.events())
        .isEqualTo(
            Map.of(
                1, new Reason.NoPrice(new Unpriced.UnknownModel("unknown-1")),
                3, new Reason.OccurredAtInFuture(ahead, NOW, Recorder.CLOCK_SKEW),
                4, new Reason.NoPrice(new Unpriced.UnknownModel("unknown-4"))));
    assertThat(refusal.reason())
        .isEqualTo(new Reason.NoPrice(new Unpriced.UnknownModel("unknown-1")));
  }

  @Test
  void a_refused_request_changes_nothing_and_can_be_sent_again() {
    Session before = record(sessionWithBudget("1"), Call.named("0")).session();
    Session copy = before.withVersion(before.version());
    List<UsageEvent> events = events(Call.named("1"), Call.named("2").model("unknown"));

    assertThat(refusal(() -> RECORDER.record(before, events, Samples.PRICES, NOW))).isNotNull();
    assertThat(before).isEqualTo(copy);

    PriceBook withPrice = PriceBook.ofEveryModel(Samples.PLAIN);
    assertThat(RECORDER.record(before, events, withPrice, NOW).session().spent())
        .isEqualTo(Usd.of("0.003"));
  }

  @Test
  void recording_leaves_the_session_it_was_given_alone() {
    Session before = record(sessionWithBudget("0.0015"), Call.named("0")).session();
    Session copy = before.withVersion(before.version());

    Verdict verdict = record(before, Call.named("1").model("n"), Call.named("2"));

    assertThat(before).isEqualTo(copy);
    assertThat(before.models()).containsOnlyKeys("m");
    assertThat(verdict.session()).isNotEqualTo(before);
  }

  @Test
  void an_event_five_minutes_ahead_is_taken_and_one_millisecond_more_is_not() {
    assertThat(record(session(), Call.named("1").at(NOW.plus(Duration.ofMinutes(5)))).steps())
        .hasSize(1);

    Refusal refusal =
        refusal(() ->
            record(session(), Call.named("1").at(NOW.plus(Duration.ofMinutes(5)).plus(MILLI))));
    assertThat(refusal.reason()).isInstanceOf(Reason.OccurredAtInFuture.class);
    assertThat(refusal.events()).containsOnlyKeys(0);
  }

  @Test
  void an_event_from_the_future_is_refused_though_it_brings_its_cost() {
    Call future = Call.named("1").cost("1").at(NOW.plus(Duration.ofMinutes(6)));

    assertThat(refusal(() -> record(session(), future)).reason())
        .isInstanceOf(Reason.OccurredAtInFuture.class);
  }

  @Test
  void money_that_is_gone_is_recorded_past_the_budget() {
    Session session = record(sessionWithBudget("0.001"), Call.named("1").cost("5")).session();

    assertThat(session.spent()).isEqualTo(Usd.of("5"));
    assertThat(session.remaining(NOW)).isEqualTo(Usd.ZERO);
    assertThat(session.stop()).isTrue();
  }

  @Test
  void a_session_stops_at_its_budget_and_not_a_tick_before() {
    Session below =
        record(sessionWithBudget("1"), Call.named("1").cost("0.999999999999")).session();
    assertThat(below.stop()).isFalse();
    assertThat(below.remaining(NOW)).isEqualTo(Usd.of("0.000000000001"));

    Session at = record(below, Call.named("2").cost("0.000000000001")).session();
    assertThat(at.stop()).isTrue();
  }

  @Test
  void a_session_without_a_budget_stops_only_for_its_customer() {
    Session session = record(session(), Call.named("1").cost("1000000")).session();

    assertThat(session.remaining(NOW)).isNull();
    assertThat(session.stop()).isFalse();
    assertThat(session.withCustomer(new Standing(Standing.State.CAPPED, true)).stop()).isTrue();
    assertThat(session.withCustomer(new Standing(Standing.State.CAPPED, false)).stop()).isFalse();
  }

  @Test
  void usage_after_the_end_still_counts_and_is_late() {
    Session ended = record(session(), Call.named("1").cost("1")).session().end(NOW);

    Verdict verdict = recordAt(NOW.plusSeconds(60), ended, Call.named("2").cost("2"));

    assertThat(verdict.session().spent()).isEqualTo(Usd.of("3"));
    assertThat(verdict.steps().getFirst().booking().late()).isTrue();
    assertThat(verdict.session().endedAt()).isEqualTo(NOW);
  }

  @Test
  void usage_of_an_open_session_is_not_late() {
    assertThat(record(session(), Call.named("1")).steps().getFirst().booking().late()).isFalse();
  }

  @Test
  void an_ended_session_takes_usage_until_three_days_after_its_end() {
    Session ended = session().end(NOW);
    Duration window = Duration.ofDays(3);

    assertThat(recordAt(NOW.plus(window).minus(MILLI), ended, Call.named("1")).steps()).hasSize(1);
    Refusal refusal = refusal(() -> recordAt(NOW.plus(window), ended, Call.named("1")));
    assertThat(refusal.reason()).isInstanceOf(Reason.SessionClosed.class);
    assertThat(refusal.reason())
        .isEqualTo(
            new Reason.SessionClosed(
                "s", Instant.parse("2026-11-15T10:00:00Z"), Session.LATE_WINDOW));
  }

  @Test
  void a_session_that_nothing_ends_closes_33_days_after_its_start() {
    Session open = Samples.sessionIn(ZoneOffset.UTC, NOW);
    Duration life = Duration.ofDays(33);

    assertThat(recordAt(NOW.plus(life).minus(MILLI), open, Call.named("1")).steps()).hasSize(1);
    assertThat(refusal(() -> recordAt(NOW.plus(life), open, Call.named("1"))).reason())
        .isInstanceOf(Reason.SessionClosed.class);
  }

  @Test
  void ending_a_session_late_does_not_open_it_for_longer() {
    Session open = Samples.sessionIn(ZoneOffset.UTC, NOW);
    Session ended = open.end(NOW.plus(Duration.ofDays(31)));

    assertThat(ended.closesAt()).isEqualTo(NOW.plus(Duration.ofDays(33)));
  }

  @Test
  void ending_gives_back_claims_and_holds() {
    Session spent = record(session(), Call.named("1").cost("1")).session();
    Session claimed =
        spent
            .withShare(
                spent.share(NOVEMBER).withClaim(new Claim(Usd.of("3"), Usd.ZERO, true, null)))
            .withHolds(List.of(new Hold("h", Usd.of("1"), NOVEMBER, NOW.plusSeconds(60))));

    Session ended = claimed.end(NOW);

    assertThat(ended.share(NOVEMBER).claim())
        .isEqualTo(new Claim(Usd.of("1"), Usd.of("1"), false, null));
    assertThat(ended.holds()).isEmpty();
    assertThat(ended.isEnded()).isTrue();
  }

  @Test
  void warnings_are_summed_per_type() {
    Session session = sessionWithBudget("1");
    session = record(session, Call.named("1").cost("1")).session();
    session = record(session, Call.named("2").cost("1"), Call.named("3").cost("1")).session();
    session = record(session, Call.named("4").cost("1")).session();

    assertThat(session.warnings()).containsOnlyKeys(WarningType.BUDGET_EXCEEDED);
    WarningSum sum = session.warnings().get(WarningType.BUDGET_EXCEEDED);
    assertThat(sum).isNotNull();
    assertThat(sum.count()).isEqualTo(3);
    assertThat(sum.firstStep()).isEqualTo(2);
    assertThat(sum.lastStep()).isEqualTo(4);
    assertThat(sum.last().observed()).isEqualByComparingTo("4");
    assertThat(sum.last().compared()).isEqualByComparingTo("1");
  }

  @Test
  void a_verdict_lists_only_what_its_own_steps_raised() {
    Session over = record(sessionWithBudget("1"), Call.named("1").cost("2")).session();

    assertThat(record(over, Call.named("2").cost("0")).raised())
        .extracting(Warning::step)
        .containsExactly(2L);
  }

  @Test
  void recording_does_not_move_claims_or_the_version() {
    Session before = session();
    Session after = record(before, Call.named("1").cost("1")).session();

    assertThat(after.share(NOVEMBER).claim()).isEqualTo(Claim.NONE);
    assertThat(after.version()).isEqualTo(before.version());
    assertThat(after.share(NOVEMBER).notBooked()).isEqualTo(Usd.of("1"));
  }
}
