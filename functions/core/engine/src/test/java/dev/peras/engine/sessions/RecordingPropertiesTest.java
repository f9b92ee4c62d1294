package dev.peras.engine.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Call;
import dev.peras.engine.Samples;
import dev.peras.engine.Seed;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.Warning;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * What holds for any session: the engine is held against a naive model that keeps every event and
 * adds all up anew, with arithmetic of its own.
 */
class RecordingPropertiesTest {
  private static final int ROUNDS = 200;

  private static final Rates BASE =
      new Rates(
          Usd.of("2.5"),
          Usd.of("10"),
          Usd.of("0.25"),
          Usd.of("3.125"),
          Usd.of("5"),
          Usd.of("12.123456789"));
  private static final Rates DEAR = Rates.of(Usd.of("5"), Usd.of("15.000000001"));
  private static final Rates HALF = Rates.of(Usd.of("1.25"), Usd.of("5"));
  private static final Price PRICE =
      new Price(BASE, List.of(new Price.Tier(50_000, DEAR)), Price.of(HALF));
  private static final Recorder RECORDER = new Recorder(DetectorSettings.DEFAULTS);
  private static final PriceBook PRICES = PriceBook.ofEveryModel(PRICE);

  private static final List<ZoneId> ZONES =
      List.of(ZoneId.of("UTC"), ZoneId.of("America/Los_Angeles"), ZoneId.of("Pacific/Kiritimati"));

  /** A session and what happens to it. */
  private record Story(Session start, List<UsageEvent> events, Instant now) {
    static Story of(RepetitionInfo repetition) {
      SplittableRandom random = Seed.round(repetition.getCurrentRepetition());
      // Around the turn of a month, often within its grace.
      Instant now =
          Instant.parse("2026-11-01T00:00:00Z").plusSeconds(random.nextLong(-86_400, 6 * 86_400));
      Usd budget = random.nextBoolean() ? null : Usd.of("0." + random.nextInt(1, 1_000_000));
      Instant startedAt = now.minusSeconds(random.nextLong(1, 10 * 86_400));
      ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
      Session start = Samples.session("m", budget, null, zone, startedAt);
      int count = random.nextInt(1, 120);
      List<UsageEvent> events = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        events.add(event("e" + i, random, now));
      }
      return new Story(start, events, now);
    }

    private static UsageEvent event(String id, SplittableRandom random, Instant now) {
      Call call = Call.named(id).model("m" + random.nextInt(6));
      int size = random.nextBoolean() ? 5_000 : 40_000;
      long output = random.nextInt(3_000);
      call =
          call.tokens(
              new Tokens(
                  random.nextInt(size),
                  output,
                  random.nextInt(size),
                  random.nextInt(size),
                  random.nextInt(10),
                  output == 0 ? 0 : random.nextLong(output)));
      call = call.toolCalls(random.nextInt(3));
      if (random.nextInt(3) > 0) {
        call = call.prompt("p" + random.nextInt(2));
      }
      if (random.nextInt(3) == 0) {
        call = call.result("r" + random.nextInt(2));
      }
      if (random.nextInt(4) == 0) {
        call = call.batch();
      }
      if (random.nextInt(5) == 0) {
        call = call.cost(random.nextInt(3) + "." + random.nextLong(Long.MAX_VALUE));
      }
      if (random.nextBoolean()) {
        call = call.at(now.minusSeconds(random.nextLong(-300, 40 * 86_400)));
      }
      return call.event();
    }

    /** Recorded in batches of any sizes. */
    Session recorded(List<UsageEvent> order, SplittableRandom random, int largest) {
      Session session = start;
      for (int from = 0; from < order.size(); ) {
        int to = Math.min(order.size(), from + random.nextInt(1, largest + 1));
        session = RECORDER.record(session, order.subList(from, to), PRICES, now).session();
        from = to;
      }
      return session;
    }
  }

  /** The naive model: plain sums over all events. */
  private static final class Naive {
    private final Story story;

    Naive(Story story) {
      this.story = story;
    }

    BigDecimal cost(UsageEvent event) {
      if (event.cost() != null) {
        return event.cost().value();
      }
      Tokens t = event.tokens();
      long prompt = t.input() + t.cacheRead() + t.cacheWrite() + t.cacheWrite1h();
      if (event.call().traits().batch()) {
        return million(prompt, "1.25").add(million(t.output(), "5"));
      }
      if (prompt > 50_000) {
        return million(prompt, "5").add(million(t.output(), "15.000000001"));
      }
      return million(t.input(), "2.5")
          .add(million(t.cacheRead(), "0.25"))
          .add(million(t.cacheWrite(), "3.125"))
          .add(million(t.cacheWrite1h(), "5"))
          .add(million(t.output() - t.reasoning(), "10"))
          .add(million(t.reasoning(), "12.123456789"));
    }

    private static BigDecimal million(long tokens, String rate) {
      return new BigDecimal(tokens)
          .multiply(new BigDecimal(rate))
          .divide(new BigDecimal("1000000"));
    }

    YearMonth period(UsageEvent event) {
      ZoneId zone = story.start().terms().zone();
      ZonedDateTime now = story.now().atZone(zone);
      ZonedDateTime at = event.occurredAt() == null ? now : event.occurredAt().atZone(zone);
      YearMonth own = YearMonth.of(at.getYear(), at.getMonth());
      Instant closes =
          own.atEndOfMonth().plusDays(1).atStartOfDay(zone).toInstant().plus(Duration.ofDays(3));
      return story.now().isBefore(closes) ? own : YearMonth.of(now.getYear(), now.getMonth());
    }

    BigDecimal total() {
      return story.events().stream().map(this::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    Map<YearMonth, BigDecimal> perPeriod() {
      Map<YearMonth, BigDecimal> sums = new TreeMap<>();
      story.events().forEach(event -> sums.merge(period(event), cost(event), BigDecimal::add));
      return sums;
    }

    Map<String, BigDecimal> perModel() {
      Map<String, BigDecimal> sums = new TreeMap<>();
      story
          .events()
          .forEach(event ->
              sums.merge(Objects.requireNonNull(event.model()), cost(event), BigDecimal::add));
      return sums;
    }

    /** How often each detector speaks up, each step judged from the list of all steps. */
    Map<WarningType, Long> warnings() {
      Map<WarningType, Long> counts = new EnumMap<>(WarningType.class);
      List<UsageEvent> all = story.events();
      BigDecimal spent = BigDecimal.ZERO;
      Usd budget = story.start().terms().budget();
      for (int i = 0; i < all.size(); i++) {
        spent = spent.add(cost(all.get(i)));
        if (budget != null && spent.compareTo(budget.value()) > 0) {
          counts.merge(WarningType.BUDGET_EXCEEDED, 1L, Long::sum);
        }
        List<UsageEvent> own = ofItsModel(all, i);
        if (isLoop(own)) {
          counts.merge(WarningType.RETRY_LOOP, 1L, Long::sum);
        }
        if (own.size() > 1 && own.getLast().tokens().context() >= 10_000) {
          growth(own.get(own.size() - 2), own.getLast())
              .forEach(type -> counts.merge(type, 1L, Long::sum));
        }
      }
      return counts;
    }

    /**
     * The calls of an event's model up to it, but for those without tokens; none for such a one.
     */
    private static List<UsageEvent> ofItsModel(List<UsageEvent> all, int last) {
      UsageEvent event = all.get(last);
      return event.tokens().total() == 0
          ? List.of()
          : all.subList(0, last + 1).stream()
              .filter(each -> each.tokens().total() > 0)
              .filter(each -> Objects.equals(model(each), model(event)))
              .toList();
    }

    private static String model(UsageEvent event) {
      return event.call().model() == null ? "m" : event.call().model();
    }

    /** Looks back: of the last twenty, how many are the same, in a row, in rounds, or at all. */
    private static boolean isLoop(List<UsageEvent> own) {
      List<String> steps = own.stream().map(Naive::step).toList();
      if (steps.isEmpty()) {
        return false;
      }
      Hash lastResult = own.getLast().activity().result();
      int equalResults = 0;
      for (int i = own.size() - 1; i >= 0 && lastResult != null; i--) {
        if (!lastResult.equals(own.get(i).activity().result())) {
          break;
        }
        equalResults++;
      }
      String last = steps.getLast();
      List<String> window = steps.subList(Math.max(0, steps.size() - 20), steps.size());
      boolean isRound = false;
      for (int period = 1; period <= 8; period++) {
        boolean fits = window.size() >= 2 * period + 1;
        for (int i = 0; fits && i <= period; i++) {
          int at = window.size() - 1 - i;
          fits = window.get(at).equals(window.get(at - period)) && !window.get(at).isEmpty();
        }
        isRound |= fits;
      }
      boolean comesBack =
          last.startsWith("result") && window.stream().filter(last::equals).count() >= 3;
      return equalResults >= 10 || isRound || comesBack;
    }

    private static String step(UsageEvent event) {
      Hash prompt = event.activity().prompt();
      Hash result = event.activity().result();
      return prompt == null ? "" : result == null ? "prompt" + prompt : "result" + prompt + result;
    }

    private static List<WarningType> growth(UsageEvent before, UsageEvent event) {
      List<WarningType> types = new ArrayList<>();
      long context = before.tokens().context();
      long tokens = before.tokens().total();
      if (context > 0 && 10 * event.tokens().context() > 12 * context) {
        types.add(WarningType.CONTEXT_BLOAT);
      }
      if (tokens > 0 && event.tokens().total() >= 2 * tokens) {
        types.add(WarningType.TOKEN_ACCELERATION);
      }
      if (tokens > 0 && before.activity().toolCalls() > 0 && event.tokens().total() >= 5 * tokens) {
        types.add(WarningType.TOOL_AMPLIFICATION);
      }
      return types;
    }
  }

  private static @Nullable String plain(@Nullable BigDecimal number) {
    return number == null ? null : new Usd(number).toString();
  }

  @RepeatedTest(ROUNDS)
  void totals_are_those_of_the_naive_model_to_the_last_digit(RepetitionInfo repetition) {
    Story story = Story.of(repetition);
    Naive naive = new Naive(story);
    String seed = Seed.says(repetition.getCurrentRepetition());

    Session session =
        story.recorded(story.events(), Seed.round(-repetition.getCurrentRepetition()), 90);

    assertThat(session.spent().toString()).as(seed).isEqualTo(plain(naive.total()));
    Map<YearMonth, BigDecimal> perPeriod = naive.perPeriod();
    for (PeriodShare share : session.periods()) {
      BigDecimal expected = perPeriod.getOrDefault(share.period(), BigDecimal.ZERO);
      assertThat(share.spent().toString()).as(seed).isEqualTo(plain(expected));
    }
    assertThat(session.periods()).extracting(PeriodShare::period).containsAll(perPeriod.keySet());
    naive
        .perModel()
        .forEach((model, cost) ->
            assertThat(Objects.requireNonNull(session.models().get(model)).cost().toString())
                .as(seed)
                .isEqualTo(plain(cost)));
    assertThat(session.models()).hasSameSizeAs(naive.perModel());
    assertThat(session.steps()).isEqualTo(story.events().size());
    Tokens tokens =
        story.events().stream().map(UsageEvent::tokens).reduce(Tokens.NONE, Tokens::plus);
    assertThat(session.tokens()).as(seed).isEqualTo(tokens);
  }

  @RepeatedTest(ROUNDS)
  void warnings_are_those_of_the_naive_model(RepetitionInfo repetition) {
    Story story = Story.of(repetition);

    Session session =
        story.recorded(story.events(), Seed.round(-repetition.getCurrentRepetition()), 5);

    Map<WarningType, Long> counts = new EnumMap<>(WarningType.class);
    session.warnings().forEach((type, sum) -> counts.put(type, sum.count()));
    assertThat(counts)
        .as(Seed.says(repetition.getCurrentRepetition()))
        .isEqualTo(new Naive(story).warnings());
  }

  @RepeatedTest(ROUNDS)
  void the_same_events_in_any_batches_come_to_the_same_state(RepetitionInfo repetition) {
    Story story = Story.of(repetition);
    SplittableRandom random = Seed.round(-repetition.getCurrentRepetition());
    Session inOne = RECORDER.record(story.start(), story.events(), PRICES, story.now()).session();

    assertThat(story.recorded(story.events(), random, 1)).isEqualTo(inOne);
    assertThat(story.recorded(story.events(), random, 7))
        .as(Seed.says(repetition.getCurrentRepetition()))
        .isEqualTo(inOne);
  }

  @RepeatedTest(ROUNDS)
  void steps_are_the_same_in_any_batches(RepetitionInfo repetition) {
    Story story = Story.of(repetition);
    List<Step> inOne = RECORDER.record(story.start(), story.events(), PRICES, story.now()).steps();
    List<Step> oneByOne = new ArrayList<>();
    List<Warning> warnings = new ArrayList<>();
    Session session = story.start();
    for (UsageEvent event : story.events()) {
      Verdict verdict = RECORDER.record(session, List.of(event), PRICES, story.now());
      oneByOne.addAll(verdict.steps());
      warnings.addAll(verdict.raised());
      session = verdict.session();
    }

    assertThat(oneByOne).as(Seed.says(repetition.getCurrentRepetition())).isEqualTo(inOne);
    assertThat(RECORDER.record(story.start(), story.events(), PRICES, story.now()).raised())
        .isEqualTo(warnings);
  }

  @RepeatedTest(ROUNDS)
  void the_order_of_events_changes_no_total(RepetitionInfo repetition) {
    Story story = Story.of(repetition);
    SplittableRandom random = Seed.round(-repetition.getCurrentRepetition());
    List<UsageEvent> shuffled = new ArrayList<>(story.events());
    Collections.shuffle(shuffled, new Random(random.nextLong()));

    Session sent = story.recorded(story.events(), random, 90);
    Session mixed = story.recorded(shuffled, random, 90);

    String seed = Seed.says(repetition.getCurrentRepetition());
    assertThat(mixed.spent()).as(seed).isEqualTo(sent.spent());
    assertThat(mixed.models()).as(seed).isEqualTo(sent.models());
    assertThat(mixed.periods()).as(seed).isEqualTo(sent.periods());
    assertThat(mixed.tokens()).as(seed).isEqualTo(sent.tokens());
    assertThat(mixed.stop()).as(seed).isEqualTo(sent.stop());
  }

  @RepeatedTest(ROUNDS)
  void recording_again_from_the_same_state_comes_to_the_same_state(RepetitionInfo repetition) {
    Story story = Story.of(repetition);
    Verdict once = RECORDER.record(story.start(), story.events(), PRICES, story.now());
    Verdict again = RECORDER.record(story.start(), story.events(), PRICES, story.now());

    assertThat(again).as(Seed.says(repetition.getCurrentRepetition())).isEqualTo(once);
  }

  @RepeatedTest(ROUNDS)
  void spend_never_falls_and_parts_always_make_the_whole(RepetitionInfo repetition) {
    Story story = Story.of(repetition);
    Session session = story.start();
    String seed = Seed.says(repetition.getCurrentRepetition());
    for (UsageEvent event : story.events()) {
      Session next = RECORDER.record(session, List.of(event), PRICES, story.now()).session();
      for (PeriodShare share : session.periods()) {
        assertThat(next.share(share.period()).spent().isAtLeast(share.spent())).as(seed).isTrue();
      }
      assertThat(next.steps()).isEqualTo(session.steps() + 1);
      Usd ofModels =
          next.models().values().stream().map(ModelSum::cost).reduce(Usd.ZERO, Usd::plus);
      assertThat(ofModels).as(seed).isEqualTo(next.spent());
      Usd budget = next.terms().budget();
      assertThat(next.stop()).isEqualTo(budget != null && next.spent().isAtLeast(budget));
      session = next;
    }
  }
}
