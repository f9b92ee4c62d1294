package dev.peras.ingestotlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real programs sent, counted to the last digit. The calls are A to F of {@code
 * otlp/expected.json}: A and B cost 0.005615 each, C has no usage, D costs 0.0039975, E 0.00000016,
 * and F 0.016542, or 0.016092 where its sender does not tell cache writes of an hour from others.
 */
class SamplesTest {
  private final Ingest ingest = new Ingest();

  @ParameterizedTest
  @CsvSource({
    "01-openllmetry-traces.json, 0.03176966, 5",
    "01-openllmetry-traces.pb, 0.03176966, 5",
    "02-openinference-traces.json, 0.03176966, 5",
    "02-openinference-traces.pb, 0.03176966, 5",
    "03-otel-genai-traces.json, 0.03176966, 5",
    "03-otel-genai-traces.pb, 0.03176966, 5",
    // C is what OpenLIT guesses: 8 and 3 tokens.
    "04-openlit-traces.json, 0.03136966, 6",
    "04-openlit-traces.pb, 0.03136966, 6",
    "05-vercel-ai-sdk-traces.json, 0.0257045, 3",
    "06-codex-logs.json, 0.0039975, 1",
    "06-codex-traces-excerpt.json, 0.0039975, 1",
    "08-anthropic-sdk-traces.json, 0.016542, 1",
    "08-anthropic-sdk-traces.pb, 0.016542, 1",
    "11-spring-ai-traces.json, 0.021707, 2",
    "11-spring-ai-traces.pb, 0.021707, 2",
    // Without cache counts: 2006 tokens of input for A, and 21 for F.
    "12-quarkus-langchain4j-traces.json, 0.014123, 2",
    "12-quarkus-langchain4j-traces.pb, 0.014123, 2",
    "13-claude-platform-traces.json, 0.016542, 1",
    "13-claude-platform-traces.pb, 0.016542, 1",
  })
  void a_sample_costs_what_its_calls_cost_however_it_is_sent(
      String sample, String cost, int calls) {
    for (int i = 0; i < 2; i++) {
      assertThat(ingest.send(sample).status()).isEqualTo(200);
      assertThat(ingest.total()).as("sent %d times", i + 1).isEqualTo(Usd.of(cost));
      assertThat(ingest.steps()).isEqualTo(calls);
    }
    Ingest.Answer packed =
        ingest.post(
            "/otlp/v1/" + (sample.contains("logs") ? "logs" : "traces"),
            Ingest.gzip(Ingest.sample(sample)),
            Map.of(
                "Content-Type",
                sample.endsWith(".pb") ? Ingest.PROTOBUF : Ingest.JSON + "; charset=utf-8",
                "Content-Encoding",
                "gzip"));
    assertThat(packed.status()).isEqualTo(200);
    assertThat(ingest.total()).as("sent once more, with gzip").isEqualTo(Usd.of(cost));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01-openllmetry-traces.json",
        "02-openinference-traces.pb",
        "03-otel-genai-traces.json"
      })
  void a_call_without_usage_is_shown_and_never_taken_for_free(String sample) {
    ingest.send(sample);
    ingest.send(sample);
    for (byte[] part : split(Ingest.sample(sample.replace(".pb", ".json")))) {
      assertThat(ingest.post("traces", part, Ingest.JSON).rejected()).isZero();
    }
    assertThat(ingest.withoutUsage()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "03-otel-genai-metrics.json",
        "03-otel-genai-metrics.pb",
        "07-gemini-cli-metrics.json",
        "09-claude-code-metrics.json",
        "09-claude-code-metrics.pb",
        "09-claude-code-traces.json",
        "09-claude-code-traces.pb",
        "14-edge-openrouter-test-connection.json"
      })
  void what_repeats_other_signals_is_taken_and_not_counted(String sample) {
    assertThat(ingest.send(sample).status()).isEqualTo(200);
    assertThat(ingest.sessions()).isEmpty();
  }

  @Test
  void claude_code_counts_its_requests_by_their_ids() {
    ingest.send("09-claude-code-logs.json");
    ingest.send("09-claude-code-logs.pb");
    ingest.send("09-claude-code-traces.json");

    assertThat(ingest.steps()).isEqualTo(2);
    var session = ingest.sessions().getFirst();
    assertThat(session.id()).isEqualTo("5f0c6c0e-2d3b-4d6f-9a11-0c6f4b7d1e22");
    assertThat(session.terms().customerId()).isEqualTo("anon-installation-id");
    assertThat(session.tokens().cacheWrite()).isEqualTo(8900);
    assertThat(session.tokens().input()).isEqualTo(12 + 1115);
    var ledger = ingest.peras.sessions().ledger(session.id(), null).entries();
    assertThat(ledger.getFirst().eventId()).isEqualTo("req_011sampleA");
    assertThat(ledger.getFirst().tags()).containsEntry("reported_cost", "0.0456");
    assertThat(ledger.get(1).cost()).isEqualTo(Usd.of("0.002115"));
  }

  @Test
  void gemini_cli_counts_thoughts_as_output() {
    ingest.send("07-gemini-cli-logs.json");
    ingest.send("07-gemini-cli-logs.json");

    var session = ingest.sessions().getFirst();
    assertThat(session.steps()).isEqualTo(1);
    assertThat(session.tokens().input()).isEqualTo(835);
    assertThat(session.tokens().cacheRead()).isEqualTo(8192);
    assertThat(session.tokens().output()).isEqualTo(76);
    assertThat(session.tokens().reasoning()).isEqualTo(31);
  }

  @Test
  void codex_counts_once_by_trace_and_log() {
    ingest.send("06-codex-traces-excerpt.json");
    ingest.send("06-codex-logs.json");
    assertThat(ingest.total()).isEqualTo(Usd.of("0.0039975"));
    assertThat(ingest.sessions()).hasSize(1);
  }

  @Test
  void litellm_counts_its_payloads_as_a_list_by_lines_or_one_by_one() {
    byte[] list = Ingest.sample("10-litellm-generic-api.json");
    StringBuilder lines = new StringBuilder();
    for (JsonNode payload : JsonReader.parse(list)) {
      lines.append(payload).append('\n');
      ingest.post("/v1/callbacks/litellm", payload.toString().getBytes(UTF_8), Map.of());
    }
    ingest.post("/v1/callbacks/litellm", lines.toString().getBytes(UTF_8), Map.of());
    Ingest.Answer answer = ingest.post("/v1/callbacks/litellm", list, Map.of());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("calls").asInt()).isEqualTo(2);
    assertThat(answer.json().path("rejected")).isEmpty();
    assertThat(ingest.total()).isEqualTo(Usd.of("0.022157"));
    assertThat(ingest.sessions()).extracting(session -> session.id()).containsExactly("sess-7f3a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "{", "[7]", "{}", "{\"id\":\"a\"}\nx"})
  void a_callback_that_is_no_payload_is_named(String body) {
    Ingest.Answer answer = ingest.post("/v1/callbacks/litellm", body.getBytes(UTF_8), Map.of());
    if (answer.status() == 200) {
      assertThat(answer.json().path("rejected")).isNotEmpty();
    } else {
      assertThat(answer.status()).isEqualTo(400);
    }
    assertThat(ingest.sessions()).isEmpty();
  }

  @Test
  void an_unpriced_call_waits_and_is_recorded_once_it_has_a_price() {
    ingest.send("15-edge-types.json");
    ingest.send("15-edge-types.json");
    assertThat(ingest.peras.store().unpriced().list(null).entries())
        .extracting(call -> call.event().model() + " " + call.event().eventId())
        .containsExactly("no-such-model edge-3");

    assertThat(ingest.peras.store().unpriced().settle(() -> true)).isZero();
    boolean unused =
        ingest
            .peras
            .prices()
            .put("no-such-model", Price.of(Rates.of(Usd.of("1"), Usd.of("2"))), null);
    assertThat(ingest.peras.store().unpriced().settle(() -> true)).isEqualTo(1);
    assertThat(ingest.peras.store().unpriced().list(null).entries()).isEmpty();
    assertThat(ingest.total()).isEqualTo(Usd.of("0.008045"));
    ingest.send("15-edge-types.json");
    assertThat(ingest.total()).isEqualTo(Usd.of("0.008045"));
  }

  @Test
  void an_unpriced_call_of_a_session_that_has_closed_is_recorded_all_the_same() {
    ingest.send("15-edge-types.json");
    ingest.clock.advance(Duration.ofDays(60));
    boolean unused =
        ingest
            .peras
            .prices()
            .put("no-such-model", Price.of(Rates.of(Usd.of("1"), Usd.of("2"))), null);
    assertThat(ingest.peras.store().unpriced().settle(() -> true)).isEqualTo(1);
    assertThat(ingest.total()).isEqualTo(Usd.of("0.008045"));
  }

  @Test
  void a_call_seen_by_the_client_and_by_the_platform_counts_once() {
    ingest.send("08-anthropic-sdk-traces.json");
    ingest.send("13-claude-platform-traces.json");
    assertThat(ingest.total()).isEqualTo(Usd.of("0.016542"));
  }

  @Test
  void bad_spans_are_named_and_the_others_counted() {
    Ingest.Answer answer = ingest.send("15-edge-types.json");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.rejected()).isEqualTo(2);
    assertThat(answer.message())
        .contains(
            "40f067aa0ba902b2", "gen_ai.usage.output_tokens", "40f067aa0ba902b3", "no-such-model");
    assertThat(ingest.total()).isEqualTo(Usd.of("0.008015"));
  }

  @Test
  void a_guess_is_marked_as_estimated() {
    ingest.send("04-openlit-traces.json");
    var session = ingest.sessions().getFirst();
    var guessed =
        ingest.peras.sessions().ledger(session.id(), null).entries().stream()
            .filter(step -> step.tags().containsKey("estimated"))
            .toList();
    assertThat(guessed).hasSize(1);
    assertThat(guessed.getFirst().tokens().output()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "04-openlit-traces.json, 0.03136966",
    "05-vercel-ai-sdk-traces.json, 0.0257045",
    "08-anthropic-sdk-traces.json, 0.016542",
    "11-spring-ai-traces.json, 0.021707",
    "12-quarkus-langchain4j-traces.json, 0.014123",
    "06-codex-logs.json, 0.0039975"
  })
  void a_sample_split_over_requests_in_any_order_counts_the_same(String sample, String cost) {
    long seed = System.nanoTime();
    String signal = sample.contains("logs") ? "logs" : "traces";
    for (int round = 0; round < 20; round++) {
      Ingest fresh = new Ingest();
      List<byte[]> parts = split(Ingest.sample(sample));
      Collections.shuffle(parts, new Random(seed + round));
      parts.addAll(parts.subList(0, parts.size() / 2));
      parts.add(Ingest.sample(sample));
      for (byte[] part : parts) {
        assertThat(fresh.post(signal, part, Ingest.JSON).status()).isEqualTo(200);
      }
      assertThat(fresh.total()).as("seed %d", seed + round).isEqualTo(Usd.of(cost));
    }
  }

  /**
   * OpenInference's span of F has no id, and the SDK's inside of it knows the time that a cache
   * write is for. Apart in time, whichever comes first is the call.
   */
  @Test
  void openinference_split_over_requests_counts_once_as_the_first_to_come_says() {
    long seed = System.nanoTime();
    for (int round = 0; round < 20; round++) {
      Ingest fresh = new Ingest();
      List<byte[]> parts = split(Ingest.sample("02-openinference-traces.json"));
      Collections.shuffle(parts, new Random(seed + round));
      parts.add(Ingest.sample("02-openinference-traces.json"));
      parts.forEach(part -> fresh.post("traces", part, Ingest.JSON));
      assertThat(fresh.total())
          .as("seed %d", seed + round)
          .isIn(Usd.of("0.03176966"), Usd.of("0.03131966"));
      assertThat(fresh.steps()).isEqualTo(5);
    }
  }

  /** One request for each span or log record. */
  static List<byte[]> split(byte[] sample) {
    List<byte[]> parts = new ArrayList<>();
    ObjectNode root = Json.parseObject(new String(sample, UTF_8));
    String top = root.has("resourceSpans") ? "resourceSpans" : "resourceLogs";
    String middle = root.has("resourceSpans") ? "scopeSpans" : "scopeLogs";
    String leaf = root.has("resourceSpans") ? "spans" : "logRecords";
    for (JsonNode resource : root.get(top)) {
      for (JsonNode scope : resource.get(middle)) {
        for (JsonNode entry : scope.get(leaf)) {
          ObjectNode part = root.deepCopy();
          ObjectNode ofResource = resource.deepCopy();
          ObjectNode ofScope = scope.deepCopy();
          ofScope.set(leaf, array(entry));
          ofResource.set(middle, array(ofScope));
          part.set(top, array(ofResource));
          parts.add(Json.write(part).getBytes(UTF_8));
        }
      }
    }
    return parts;
  }

  private static ArrayNode array(JsonNode entry) {
    return Json.array().add(entry);
  }
}
