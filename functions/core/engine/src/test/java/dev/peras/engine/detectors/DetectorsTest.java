package dev.peras.engine.detectors;

import static dev.peras.engine.Samples.record;
import static dev.peras.engine.Samples.session;
import static dev.peras.engine.Samples.sessionWith;
import static dev.peras.engine.Samples.sessionWithBudget;
import static dev.peras.engine.detectors.WarningType.BUDGET_EXCEEDED;
import static dev.peras.engine.detectors.WarningType.CONTEXT_BLOAT;
import static dev.peras.engine.detectors.WarningType.RETRY_LOOP;
import static dev.peras.engine.detectors.WarningType.TOKEN_ACCELERATION;
import static dev.peras.engine.detectors.WarningType.TOOL_AMPLIFICATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Call;
import dev.peras.engine.Samples;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.sessions.Verdict;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorsTest {
  private static final long[] CONTEXTS = {10_000, 20_000, 50_000, 100_000, 200_000, 500_000};

  private static final DetectorSettings WITHOUT_FLOOR =
      new DetectorSettings(
          true,
          loop(3),
          growth("1.2", 0),
          growth("2", 0),
          growth("5", 0),
          DetectorSettings.DEFAULTS.velocity());

  /**
   * Two steps and whether a detector must speak up at the second.
   *
   * @param previous tokens of the first step, which calls a tool
   * @param judged tokens of the second step
   */
  record Labelled(WarningType type, Tokens previous, Tokens judged, boolean fires) {}

  private static DetectorSettings.Growth growth(String ratio, long floor) {
    return new DetectorSettings.Growth(true, new BigDecimal(ratio), floor, false);
  }

  private static DetectorSettings.RetryLoop loop(int steps) {
    return new DetectorSettings.RetryLoop(true, steps, StepHistory.REMEMBERED, false);
  }

  /** Just above and just below each detector's bound, with a judged step of that context. */
  private static Stream<Labelled> around(long context) {
    return Stream.of(
        // More than 1.2 times: equality is not enough.
        labelled(CONTEXT_BLOAT, lessThan(context, "1.2"), context, 0, true),
        labelled(CONTEXT_BLOAT, lessThan(context, "1.2") + 1, context, 0, false),
        // At least 2 and 5 times: equality is enough. Output counts too.
        labelled(TOKEN_ACCELERATION, (context + 600) / 2, context, 600, true),
        labelled(TOKEN_ACCELERATION, (context + 600) / 2 + 1, context, 600, false),
        labelled(TOOL_AMPLIFICATION, (context + 500) / 5, context, 500, true),
        labelled(TOOL_AMPLIFICATION, (context + 500) / 5 + 1, context, 500, false));
  }

  /** The greatest figure that {@code figure} is more than {@code ratio} times of. */
  private static long lessThan(long figure, String ratio) {
    return BigDecimal.valueOf(figure)
            .divide(new BigDecimal(ratio), 0, RoundingMode.CEILING)
            .longValueExact()
        - 1;
  }

  private static Labelled labelled(
      WarningType type, long previous, long context, long output, boolean fires) {
    // Cached tokens are context as much as fresh ones.
    Tokens judged = new Tokens(context - 1_000, output, 700, 200, 100, 0);
    return new Labelled(type, Samples.input(previous), judged, fires);
  }

  static Stream<Labelled> labelledTable() {
    return LongStream.of(CONTEXTS).boxed().flatMap(DetectorsTest::around);
  }

  static Stream<Labelled> belowTheFloor() {
    return LongStream.of(9_999, 9_000, 5_000, 2_000).boxed().flatMap(DetectorsTest::around);
  }

  private static List<WarningType> raised(Session session, Labelled labelled) {
    return record(
            session,
            Call.named("1").tokens(labelled.previous()).toolCalls(1),
            Call.named("2").tokens(labelled.judged()))
        .raised()
        .stream()
        .map(Warning::type)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("labelledTable")
  void the_defaults_fire_above_the_bound_and_not_below(Labelled labelled) {
    assertThat(raised(session(), labelled).contains(labelled.type())).isEqualTo(labelled.fires());
  }

  @ParameterizedTest
  @MethodSource("belowTheFloor")
  void below_the_floor_the_same_growth_is_silent(Labelled labelled) {
    assertThat(raised(session(), labelled)).isEmpty();
    assertThat(raised(sessionWith(WITHOUT_FLOOR), labelled).contains(labelled.type()))
        .isEqualTo(labelled.fires());
  }

  /** The same bounds seen from the step before, which then has the round context. */
  @ParameterizedTest
  @FieldSource("CONTEXTS")
  void growth_from_a_round_context_is_judged_to_the_token(long previous) {
    assertThat(raised(session(), bloat(previous, previous * 6 / 5 + 1))).contains(CONTEXT_BLOAT);
    assertThat(raised(session(), bloat(previous, previous * 6 / 5))).isEmpty();
    assertThat(raised(session(), bloat(previous, previous * 2))).contains(TOKEN_ACCELERATION);
    assertThat(raised(session(), bloat(previous, previous * 2 - 1)))
        .doesNotContain(TOKEN_ACCELERATION);
    assertThat(raised(session(), bloat(previous, previous * 5))).contains(TOOL_AMPLIFICATION);
    assertThat(raised(session(), bloat(previous, previous * 5 - 1)))
        .doesNotContain(TOOL_AMPLIFICATION);
  }

  private static Labelled bloat(long previous, long context) {
    return new Labelled(CONTEXT_BLOAT, Samples.input(previous), Samples.input(context), true);
  }

  @Test
  void bloat_looks_at_the_context_alone_and_acceleration_at_output_too() {
    Session session = session();
    Tokens previous = Samples.input(20_000);
    Tokens longAnswer = new Tokens(20_000, 20_000, 0, 0, 0, 0);

    assertThat(raised(session, new Labelled(CONTEXT_BLOAT, previous, longAnswer, false)))
        .containsExactly(TOKEN_ACCELERATION);
  }

  @Test
  void amplification_needs_a_step_before_that_called_tools() {
    assertThat(
            record(session(), Call.named("1").input(10_000), Call.named("2").input(50_000))
                .raised())
        .extracting(Warning::type)
        .containsExactly(CONTEXT_BLOAT, TOKEN_ACCELERATION);
  }

  @Test
  void evidence_is_the_two_numbers_and_the_bound() {
    List<Warning> raised =
        record(
                session(),
                Call.named("1").tokens(new Tokens(10_000, 100, 0, 0, 0, 0)).toolCalls(2),
                Call.named("2").tokens(new Tokens(60_000, 300, 0, 0, 0, 0)))
            .raised();

    assertThat(raised)
        .containsExactly(
            new Warning(CONTEXT_BLOAT, 2, Evidence.of(60_000, 10_000, new BigDecimal("1.2"))),
            new Warning(TOKEN_ACCELERATION, 2, Evidence.of(60_300, 10_100, new BigDecimal("2"))),
            new Warning(TOOL_AMPLIFICATION, 2, Evidence.of(60_300, 10_100, new BigDecimal("5"))));
  }

  @Test
  void growth_is_judged_across_requests_as_within_one() {
    Session session = record(session(), Call.named("1").input(10_000)).session();

    assertThat(record(session, Call.named("2").input(12_001)).raised())
        .extracting(Warning::type)
        .containsExactly(CONTEXT_BLOAT);
  }

  @Test
  void a_first_step_is_never_an_anomaly() {
    assertThat(record(session(), Call.named("1").input(900_000).prompt("p")).raised()).isEmpty();
  }

  @Test
  void the_budget_is_exceeded_above_it_and_not_at_it() {
    Session at = record(sessionWithBudget("1"), Call.named("1").cost("1")).session();
    assertThat(at.warnings()).isEmpty();

    List<Warning> raised = record(at, Call.named("2").cost("0.000000000001")).raised();
    assertThat(raised).extracting(Warning::type).containsExactly(BUDGET_EXCEEDED);
    assertThat(raised.getFirst().evidence().observed()).isEqualByComparingTo("1.000000000001");
    assertThat(raised.getFirst().evidence().compared()).isEqualByComparingTo("1");
  }

  @Test
  void an_exceeded_budget_is_said_at_each_step_after_it() {
    List<Warning> raised =
        record(
                sessionWithBudget("1"),
                Call.named("1").cost("2"),
                Call.named("2").cost("0"),
                Call.named("3").cost("0"))
            .raised();

    assertThat(raised).extracting(Warning::step).containsExactly(1L, 2L, 3L);
  }

  private static List<Long> loops(DetectorSettings settings, Call... calls) {
    return record(sessionWith(settings), calls).raised().stream()
        .filter(warning -> warning.type() == RETRY_LOOP)
        .map(Warning::step)
        .toList();
  }

  private static List<Long> loops(Call... calls) {
    return loops(DetectorSettings.DEFAULTS, calls);
  }

  @Test
  void the_same_prompt_three_times_in_a_row_is_a_loop() {
    assertThat(loops(Call.named("1").prompt("p"), Call.named("2").prompt("p"))).isEmpty();
    assertThat(
            loops(
                Call.named("1").prompt("p"),
                Call.named("2").prompt("p"),
                Call.named("3").prompt("p"),
                Call.named("4").prompt("p")))
        .containsExactly(3L, 4L);
  }

  @Test
  void a_loop_says_how_often() {
    List<Warning> raised =
        record(
                session(),
                Call.named("1").prompt("p"),
                Call.named("2").prompt("p"),
                Call.named("3").prompt("p"),
                Call.named("4").prompt("p"))
            .raised();

    assertThat(raised.getLast())
        .isEqualTo(new Warning(RETRY_LOOP, 4, Evidence.of(4, 3, BigDecimal.valueOf(3))));
  }

  @Test
  void another_prompt_between_breaks_a_loop() {
    assertThat(
            loops(
                Call.named("1").prompt("p"),
                Call.named("2").prompt("p"),
                Call.named("3").prompt("q"),
                Call.named("4").prompt("p"),
                Call.named("5").prompt("p")))
        .isEmpty();
  }

  @Test
  void steps_that_name_no_prompt_are_no_loop_and_break_one() {
    assertThat(loops(Call.named("1"), Call.named("2"), Call.named("3"), Call.named("4"))).isEmpty();
    assertThat(
            loops(
                Call.named("1").prompt("p"),
                Call.named("2").prompt("p"),
                Call.named("3"),
                Call.named("4").prompt("p")))
        .isEmpty();
  }

  @Test
  void a_loop_is_seen_across_requests() {
    Session session =
        record(session(), Call.named("1").prompt("p"), Call.named("2").prompt("p")).session();

    assertThat(record(session, Call.named("3").prompt("p")).raised())
        .extracting(Warning::type)
        .containsExactly(RETRY_LOOP);
  }

  @Test
  void L38_polling_with_results_that_differ_is_no_loop() {
    List<Call> polls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      polls.add(Call.named("e" + i).prompt("is it done?").result(i + " %"));
    }

    assertThat(loops(polls.toArray(Call[]::new))).isEmpty();
  }

  @Test
  void L38_the_same_question_with_the_same_result_is_a_loop() {
    assertThat(
            loops(
                Call.named("1").prompt("p").result("r"),
                Call.named("2").prompt("p").result("r"),
                Call.named("3").prompt("p").result("r")))
        .containsExactly(3L);
  }

  @Test
  void L38_polling_that_gets_stuck_is_a_loop_from_there_on() {
    assertThat(
            loops(
                Call.named("1").prompt("p").result("10 %"),
                Call.named("2").prompt("p").result("20 %"),
                Call.named("3").prompt("p").result("30 %"),
                Call.named("4").prompt("p").result("30 %"),
                Call.named("5").prompt("p").result("30 %")))
        .containsExactly(5L);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 2_000})
  void L37_a_burst_of_ordinary_calls_is_no_anomaly(long growth) {
    // Fifty calls within the same moment: rules look at steps, never at steps per second.
    Session session = session();
    for (int i = 0; i < 50; i++) {
      Call call = Call.named("e" + i).input(10_000 + i * growth).at(Samples.NOW).toolCalls(3);
      Verdict verdict = record(session, call);
      assertThat(verdict.raised()).isEmpty();
      session = verdict.session();
    }
  }

  @Test
  void L37_a_near_zero_baseline_makes_no_anomaly_of_a_small_step() {
    assertThat(
            record(
                    session(),
                    Call.named("1").input(1).toolCalls(1),
                    Call.named("2").input(9_999).toolCalls(1))
                .raised())
        .isEmpty();
  }

  @Test
  void L37_growth_from_a_step_without_tokens_is_no_growth() {
    assertThat(
            record(
                    session(),
                    Call.named("1").input(0).cost("1").toolCalls(1),
                    Call.named("2").input(50_000))
                .raised())
        .isEmpty();
  }

  @Test
  void L39_each_growth_rule_can_fire_within_a_window_of_a_million_tokens() {
    assertThat(raised(session(), bloat(833_333, 1_000_000))).containsExactly(CONTEXT_BLOAT);
    assertThat(raised(session(), bloat(500_000, 1_000_000)))
        .containsExactly(CONTEXT_BLOAT, TOKEN_ACCELERATION);
    assertThat(raised(session(), bloat(200_000, 1_000_000)))
        .containsExactly(CONTEXT_BLOAT, TOKEN_ACCELERATION, TOOL_AMPLIFICATION);
  }

  @Test
  void L40_a_shrinking_context_is_never_an_anomaly() {
    Session session = session();
    for (long context : new long[] {900_000, 500_000, 499_999, 100_000, 20_000, 10_000, 1, 0}) {
      Verdict verdict = record(session, Call.named("e" + context).input(context).toolCalls(5));
      assertThat(verdict.raised()).isEmpty();
      session = verdict.session();
    }
  }

  @Test
  void a_session_may_bring_settings_of_its_own() {
    DetectorSettings lax =
        new DetectorSettings(
            false,
            loop(4),
            growth("1.5", 20_000),
            growth("3", 20_000),
            growth("10", 20_000),
            DetectorSettings.DEFAULTS.velocity());
    Session session = session(Usd.of("0.000001"), lax);

    assertThat(
            record(session, Call.named("1").input(20_000), Call.named("2").input(30_000)).raised())
        .isEmpty();
    assertThat(
            record(session, Call.named("1").input(20_000), Call.named("2").input(30_001)).raised())
        .extracting(Warning::type)
        .containsExactly(CONTEXT_BLOAT);
    assertThat(
            record(session, Call.named("1").input(1_000), Call.named("2").input(19_999)).raised())
        .isEmpty();
    assertThat(
            loops(
                lax,
                Call.named("1").prompt("p"),
                Call.named("2").prompt("p"),
                Call.named("3").prompt("p"),
                Call.named("4").prompt("p")))
        .containsExactly(4L);
  }

  @Test
  void a_recorder_has_the_deployments_settings_for_sessions_without_their_own() {
    DetectorSettings off =
        new DetectorSettings(
            false,
            new DetectorSettings.RetryLoop(false, 3, 20, false),
            new DetectorSettings.Growth(false, new BigDecimal("1.2"), 0, false),
            new DetectorSettings.Growth(false, new BigDecimal("2"), 0, false),
            new DetectorSettings.Growth(false, new BigDecimal("5"), 0, false),
            DetectorSettings.DEFAULTS.velocity());
    Recorder recorder = new Recorder(off);
    List<UsageEvent> events =
        Samples.events(
            Call.named("1").input(10_000).prompt("p").toolCalls(1),
            Call.named("2").input(100_000).prompt("p"),
            Call.named("3").input(100_000).prompt("p"));

    assertThat(
            recorder
                .record(sessionWithBudget("0.0001"), events, Samples.PRICES, Samples.NOW)
                .raised())
        .isEmpty();
    Session withOwn = session(Usd.of("0.0001"), DetectorSettings.DEFAULTS);
    assertThat(recorder.record(withOwn, events, Samples.PRICES, Samples.NOW).raised())
        .extracting(Warning::type)
        .contains(
            BUDGET_EXCEEDED, RETRY_LOOP, CONTEXT_BLOAT, TOKEN_ACCELERATION, TOOL_AMPLIFICATION);
  }

  @Test
  void the_types_have_the_names_of_the_api() {
    assertThat(WarningType.values())
        .extracting(WarningType::wireName)
        .containsExactly(
            "budget_exceeded",
            "retry_loop",
            "context_bloat",
            "token_acceleration",
            "tool_amplification",
            "velocity",
            "call_without_usage");
  }

  private static DetectorSettings velocity(String usd, int minutes, boolean stop) {
    DetectorSettings defaults = DetectorSettings.DEFAULTS;
    return new DetectorSettings(
        true,
        new DetectorSettings.RetryLoop(true, 3, 20, stop),
        defaults.contextBloat(),
        defaults.tokenAcceleration(),
        defaults.toolAmplification(),
        new DetectorSettings.Velocity(true, Usd.of(usd), minutes, stop));
  }

  private static Call costing(String usd, Instant at) {
    return Call.named(usd + at).tokens(Tokens.NONE).cost(usd).at(at);
  }

  @Test
  void velocity_counts_what_was_spent_within_its_minutes_and_nothing_older() {
    Session session = sessionWith(velocity("1", 10, false));
    Instant start = Samples.NOW.minus(Duration.ofMinutes(60));
    assertThat(
            record(
                    session,
                    costing("0.6", start),
                    costing("0.6", start.plus(Duration.ofMinutes(10))),
                    costing("0.3", start.plus(Duration.ofMinutes(15))))
                .raised())
        .isEmpty();
    List<Warning> raised =
        record(
                session,
                costing("0.6", start),
                costing("0.3", start.plus(Duration.ofMinutes(4))),
                costing("0.2", start.plus(Duration.ofMinutes(8))))
            .raised();
    assertThat(raised)
        .containsExactly(
            new Warning(
                WarningType.VELOCITY,
                3,
                new Evidence(new BigDecimal("1.1"), BigDecimal.ONE, BigDecimal.TEN)));
  }

  @Test
  void a_detector_that_is_told_to_stops_the_session_for_good() {
    Session session = sessionWith(velocity("1", 10, true));
    Session stopped = record(session, costing("2", Samples.NOW)).session();
    assertThat(stopped.stop()).isTrue();
    assertThat(stopped.observations().stoppedBy()).isEqualTo(WarningType.VELOCITY);
    Session later = record(stopped, Call.named("later").cost("0")).session();
    assertThat(later.stop()).isTrue();
    assertThat(record(session, costing("0.5", Samples.NOW)).session().stop()).isFalse();
  }

  @Test
  void L62_events_without_tokens_leave_detectors_alone() {
    List<WarningType> plain = new ArrayList<>();
    List<WarningType> withFees = new ArrayList<>();
    Session one = session();
    Session other = session();
    for (int i = 1; i <= 5; i++) {
      Call call =
          Call.named("e" + i)
              .input(10_000 * (long) Math.pow(3, i))
              .toolCalls(1)
              .prompt("same")
              .result("same");
      Verdict first = record(one, call);
      first.raised().forEach(warning -> plain.add(warning.type()));
      one = first.session();
      Verdict second = record(other, call, Call.named("fee" + i).tokens(Tokens.NONE).cost("0.01"));
      second.raised().forEach(warning -> withFees.add(warning.type()));
      other = second.session();
    }
    assertThat(withFees).isEqualTo(plain).contains(RETRY_LOOP, CONTEXT_BLOAT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void L62_calls_of_another_agent_or_model_do_not_disturb_a_steady_one(boolean byAgent) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Call main = Call.named("m" + i).input(30_500).toolCalls(1);
      Call helper = Call.named("h" + i).input(500).toolCalls(1);
      calls.add(byAgent ? main.agent("main") : main.model("large"));
      calls.add(byAgent ? helper.agent("helper") : helper.model("small"));
    }
    assertThat(record(session(), calls.toArray(Call[]::new)).raised()).isEmpty();
  }

  @Test
  void L62_eight_agents_are_remembered_and_each_loop_is_seen() {
    List<Call> calls = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int agent = 0; agent < 8; agent++) {
        calls.add(Call.named(round + "-" + agent).agent("a" + agent).prompt("p").result("r"));
      }
    }
    Session session = record(session(), calls.toArray(Call[]::new)).session();
    assertThat(session.warnings().get(RETRY_LOOP)).extracting(WarningSum::count).isEqualTo(8L);
    assertThat(session.observations().histories().agents()).hasSize(8);
    Session more = record(session, Call.named("x").agent("ninth")).session();
    assertThat(more.observations().histories().agents()).hasSize(8);
  }
}
