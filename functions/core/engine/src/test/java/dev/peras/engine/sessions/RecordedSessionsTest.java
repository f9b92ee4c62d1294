package dev.peras.engine.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peras.engine.Call;
import dev.peras.engine.Samples;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Real sessions of a coding agent, with what an independent library computed as their cost. The
 * recordings are not part of the project: without them this is skipped.
 */
class RecordedSessionsTest {
  private static final Price DEEPSEEK =
      Price.of(
          new Rates(
              Usd.of("0.28"),
              Usd.of("0.42"),
              Usd.of("0.028"),
              Usd.of("0.28"),
              Usd.of("0.28"),
              null));

  private static final List<List<UsageEvent>> SESSIONS = new ArrayList<>();
  private static final List<BigDecimal> COSTS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    Path file = recordings();
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(file)) {
      List<UsageEvent> events = new ArrayList<>();
      BigDecimal cost = BigDecimal.ZERO;
      for (JsonNode step : json.readTree(line).get("steps")) {
        events.add(event(step));
        cost = cost.add(new BigDecimal(step.get("cost_usd").asText()));
      }
      SESSIONS.add(events);
      COSTS.add(cost);
    }
  }

  /** Beside the checkout, or where {@code -Dperas.recordings} says. */
  private static Path recordings() {
    String given = System.getProperty("peras.recordings");
    if (given != null) {
      return Path.of(given);
    }
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path file = up.resolve("shared/data/agent-sessions.jsonl");
      if (Files.exists(file)) {
        return file;
      }
    }
    String message = "Skipped: shared/data/agent-sessions.jsonl is in no folder above this one";
    System.out.println(message);
    return abort(message);
  }

  private static UsageEvent event(JsonNode step) {
    long cached = step.get("cached_tokens").asLong();
    return Call.named(step.get("response_id").asText())
        .model(step.get("model").asText())
        .tokens(
            new Tokens(
                step.get("prompt_tokens").asLong() - cached,
                step.get("completion_tokens").asLong(),
                cached,
                0,
                0,
                step.get("reasoning_tokens").asLong()))
        .toolCalls(step.get("tool_calls").asInt())
        .prompt(step.get("prompt_hash").asText())
        .at(Instant.ofEpochSecond(step.get("created").asLong()))
        .event();
  }

  private static Session recorded(List<UsageEvent> events, DetectorSettings settings) {
    Instant startedAt = Instant.MAX;
    Instant now = Instant.EPOCH;
    for (UsageEvent event : events) {
      Instant at = event.occurredAt() == null ? now : event.occurredAt();
      startedAt = at.isBefore(startedAt) ? at : startedAt;
      now = at.isAfter(now) ? at : now;
    }
    Session start = Samples.session(null, null, null, ZoneOffset.UTC, startedAt);
    return new Recorder(settings)
        .record(start, events, PriceBook.ofEveryModel(DEEPSEEK), now)
        .session();
  }

  private static DetectorSettings withFloor(long minContextTokens) {
    DetectorSettings defaults = DetectorSettings.DEFAULTS;
    return new DetectorSettings(
        true,
        defaults.retryLoop(),
        withFloor(defaults.contextBloat(), minContextTokens),
        withFloor(defaults.tokenAcceleration(), minContextTokens),
        withFloor(defaults.toolAmplification(), minContextTokens),
        defaults.velocity());
  }

  private static DetectorSettings.Growth withFloor(DetectorSettings.Growth rule, long floor) {
    return new DetectorSettings.Growth(rule.enabled(), rule.ratio(), floor, rule.stop());
  }

  private static Map<WarningType, Integer> sessionsWarned(DetectorSettings settings) {
    Map<WarningType, Integer> counts = new EnumMap<>(WarningType.class);
    for (List<UsageEvent> events : SESSIONS) {
      recorded(events, settings)
          .warnings()
          .keySet()
          .forEach(type -> counts.merge(type, 1, Integer::sum));
    }
    return counts;
  }

  @Test
  void each_recorded_session_costs_what_an_independent_library_computed() {
    for (int i = 0; i < SESSIONS.size(); i++) {
      Session session = recorded(SESSIONS.get(i), DetectorSettings.DEFAULTS);
      // The library adds in binary fractions, so its last digits are off.
      assertThat(session.spent().value())
          .isCloseTo(COSTS.get(i), within(new BigDecimal("0.000000001")));
      assertThat(session.steps()).isEqualTo(SESSIONS.get(i).size());
    }
  }

  /** The figures of docs/detectors.md. */
  @Test
  void the_default_detectors_are_silent_in_nine_of_ten_recorded_sessions() {
    Map<WarningType, Integer> warned = sessionsWarned(DetectorSettings.DEFAULTS);
    for (long floor : new long[] {0, 5_000, 10_000, 15_000, 20_000}) {
      System.out.printf(
          "Floor %,d: %s of %d recorded sessions%n",
          floor, sessionsWarned(withFloor(floor)), SESSIONS.size());
    }

    assertThat(SESSIONS).hasSize(48);
    // 10.4%: "about a tenth" of 48.
    assertThat(warned.getOrDefault(WarningType.CONTEXT_BLOAT, 0)).isLessThanOrEqualTo(5);
    assertThat(warned.getOrDefault(WarningType.TOKEN_ACCELERATION, 0)).isLessThanOrEqualTo(5);
    assertThat(warned.getOrDefault(WarningType.TOOL_AMPLIFICATION, 0)).isLessThanOrEqualTo(5);
  }

  @Test
  void without_the_floor_nearly_every_recorded_session_shows_bloat() {
    assertThat(sessionsWarned(withFloor(0)).get(WarningType.CONTEXT_BLOAT)).isGreaterThan(40);
  }
}
