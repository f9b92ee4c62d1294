package dev.peras.ingestotlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.money.Usd;
import dev.peras.json.Json;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent: a 4xx or a partial success that names it, never a 5xx, nothing half counted.
 */
class BadInputTest {
  private final Ingest ingest = new Ingest();

  /** A request with one span of gpt-4o, of which everything can be changed. */
  static ObjectNode request(ObjectNode... spans) {
    ObjectNode root = Json.object();
    ArrayNode list =
        root.putArray("resourceSpans")
            .addObject()
            .putArray("scopeSpans")
            .addObject()
            .putArray("spans");
    list.addAll(Arrays.asList(spans));
    return root;
  }

  static ObjectNode span(int number, Map<String, Object> attributes) {
    ObjectNode span = Json.object();
    span.put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
    span.put("spanId", "%016x".formatted(number));
    span.put("name", "chat gpt-4o");
    span.put("endTimeUnixNano", "1795620001010000000");
    ArrayNode list = span.putArray("attributes");
    put(list, "gen_ai.operation.name", "chat");
    put(list, "gen_ai.request.model", "gpt-4o");
    put(list, "gen_ai.response.id", "id-" + number);
    attributes.forEach((name, value) -> put(list, name, value));
    return span;
  }

  private static void put(ArrayNode list, String name, Object value) {
    ObjectNode typed = list.addObject().put("key", name).putObject("value");
    switch (value) {
      case Integer number -> typed.put("intValue", number);
      case Long number -> typed.put("intValue", String.valueOf(number));
      case Boolean flag -> typed.put("boolValue", flag);
      default -> typed.put("stringValue", value.toString());
    }
  }

  static final Map<String, Object> GOOD =
      Map.of("gen_ai.usage.input_tokens", 1000, "gen_ai.usage.output_tokens", 100);

  private Ingest.Answer post(ObjectNode body) {
    return ingest.post("traces", Json.write(body).getBytes(UTF_8), Ingest.JSON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"01-openllmetry-traces.pb", "09-claude-code-logs.pb"})
  void truncated_protobuf_is_refused_and_nothing_of_it_is_counted(String name) {
    byte[] sample = Ingest.sample(name);
    Random random = new Random(7);
    String signal = name.contains("logs") ? "logs" : "traces";
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] part = Arrays.copyOf(sample, 1 + random.nextInt(sample.length - 1));
      Ingest.Answer answer = ingest.post(signal, part, Ingest.PROTOBUF);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(new String(answer.body(), UTF_8)).contains("OTLP");
      refused++;
    }
    assertThat(refused).isEqualTo(200);
    assertThat(ingest.sessions()).isEmpty();
  }

  @Test
  void bytes_at_random_are_no_5xx() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] sample = Ingest.sample("03-otel-genai-traces.pb");
    byte[] json = Ingest.sample("03-otel-genai-traces.json");
    for (int i = 0; i < 2_000; i++) {
      byte[] changed = (i % 2 == 0 ? sample : json).clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      Ingest.Answer answer =
          ingest.post("traces", changed, i % 2 == 0 ? Ingest.PROTOBUF : Ingest.JSON);
      assertThat(answer.status()).as("seed %d, round %d", seed, i).isBetween(200, 499);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{\"resourceSpans\":7}",
        "{\"resourceSpans\":[7]}",
        "{\"resourceSpans\":[{\"scopeSpans\":{}}]}",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"spanId\":\"xyz\"}]}]}]}",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"endTimeUnixNano\":\"-1\"}]}]}]}",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"endTimeUnixNano\":1e99}]}]}]}",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"key\":7}]}]}]}]}"
      })
  void json_that_is_no_otlp_is_refused(String body) {
    assertThat(ingest.post("traces", body.getBytes(UTF_8), Ingest.JSON).status()).isEqualTo(400);
  }

  @Test
  void what_is_nested_without_end_is_refused() {
    String deep = "{\"a\":".repeat(100_000);
    assertThat(ingest.post("traces", deep.getBytes(UTF_8), Ingest.JSON).status()).isEqualTo(400);
  }

  @Test
  void an_unknown_type_or_encoding_is_refused() {
    assertThat(ingest.post("traces", new byte[0], "text/plain").status()).isEqualTo(415);
    assertThat(
            ingest
                .post(
                    "/otlp/v1/traces",
                    new byte[0],
                    Map.of("content-type", Ingest.JSON, "content-encoding", "br"))
                .status())
        .isEqualTo(415);
  }

  @Test
  void a_bomb_is_refused() {
    byte[] bomb = Ingest.gzip(new byte[200_000_000]);
    for (String type : new String[] {Ingest.JSON, Ingest.PROTOBUF}) {
      Ingest.Answer answer =
          ingest.post(
              "/otlp/v1/traces", bomb, Map.of("content-type", type, "content-encoding", "gzip"));
      assertThat(answer.status()).isEqualTo(413);
    }
    assertThat(ingest.post("traces", new byte[Payload.MAX_PACKED + 1], Ingest.JSON).status())
        .isEqualTo(413);
  }

  @Test
  void what_is_said_to_be_gzip_and_is_not_is_refused() {
    Ingest.Answer answer =
        ingest.post(
            "/otlp/v1/traces",
            "{}".getBytes(UTF_8),
            Map.of("content-type", Ingest.JSON, "content-encoding", "gzip"));
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void too_many_calls_are_refused_before_any_is_counted() {
    ObjectNode[] spans = new ObjectNode[Otlp.MAX_CALLS + 1];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = span(i + 1, GOOD);
    }
    byte[] packed = Ingest.gzip(Json.write(request(spans)).getBytes(UTF_8));
    Ingest.Answer answer =
        ingest.post(
            "/otlp/v1/traces",
            packed,
            Map.of("content-type", Ingest.JSON, "content-encoding", "gzip"));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().path("detail").asText()).contains("5001", "5000");
    assertThat(ingest.sessions()).isEmpty();
  }

  @Test
  void a_hundred_thousand_spans_without_a_call_are_taken() {
    StringBuilder body = new StringBuilder("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[");
    for (int i = 0; i < 100_000; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"spanId\":\"%016x\",\"parentSpanId\":\"%016x\"}".formatted(i + 1, i));
    }
    body.append("]}]}]}");
    Ingest.Answer answer = ingest.post("traces", body.toString().getBytes(UTF_8), Ingest.JSON);
    assertThat(answer.status()).isEqualTo(413);
    Ingest.Answer packed =
        ingest.post(
            "/otlp/v1/traces",
            Ingest.gzip(body.toString().getBytes(UTF_8)),
            Map.of("content-type", Ingest.JSON, "content-encoding", "gzip"));
    assertThat(packed.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "gen_ai.usage.output_tokens, -1",
    "gen_ai.usage.output_tokens, 1.5",
    "gen_ai.usage.output_tokens, many",
    "gen_ai.usage.output_tokens, NaN",
    "gen_ai.usage.output_tokens, 99999999999999999999",
    "gen_ai.usage.cache_read.input_tokens, 1001",
    "gen_ai.usage.hologram_tokens, 5"
  })
  void a_count_that_makes_no_sense_is_named_and_its_call_is_not_counted(String name, String value) {
    Map<String, Object> bad = new java.util.HashMap<>(GOOD);
    bad.put(name, value);
    Ingest.Answer answer = post(request(span(1, bad), span(2, GOOD)));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.rejected()).isEqualTo(1);
    assertThat(answer.message()).contains("span 0000000000000001", name).doesNotContain("many");
    assertThat(ingest.total()).isEqualTo(Usd.of("0.0035"));
  }

  @ParameterizedTest
  @CsvSource({"2036-11-25T15:00:00Z, ahead", "2016-11-25T15:00:00Z, ago"})
  void a_clock_that_is_ten_years_off_is_named(String time, String word) {
    ObjectNode span = span(1, GOOD);
    span.put("endTimeUnixNano", java.time.Instant.parse(time).getEpochSecond() + "000000000");
    Ingest.Answer answer = post(request(span, span(2, GOOD)));
    assertThat(answer.rejected()).isEqualTo(1);
    assertThat(answer.message()).contains("span 0000000000000001", word);
    assertThat(ingest.total()).isEqualTo(Usd.of("0.0035"));
  }

  @Test
  void nothing_that_was_said_is_kept_or_shown() {
    Map<String, Object> attributes = new java.util.HashMap<>(GOOD);
    attributes.put("gen_ai.usage.output_tokens", "-7");
    attributes.put("gen_ai.input.messages", "the secret of the house");
    Ingest.Answer answer = post(request(span(1, attributes)));
    assertThat(new String(answer.body(), UTF_8)).doesNotContain("secret");
    attributes.put("gen_ai.usage.output_tokens", "7");
    assertThat(post(request(span(1, attributes))).rejected()).isZero();
    var session = ingest.sessions().getFirst();
    assertThat(ingest.peras.sessions().ledger(session.id(), null).entries().toString())
        .doesNotContain("secret");
  }

  @Test
  void names_that_are_no_ids_still_find_their_session() {
    Map<String, Object> attributes = new java.util.HashMap<>(GOOD);
    attributes.put("session.id", "Käse / 7");
    attributes.put("user.id", "auth0|7");
    post(request(span(1, attributes)));
    post(request(span(2, attributes)));
    assertThat(ingest.sessions()).hasSize(1);
    assertThat(ingest.sessions().getFirst().id()).startsWith("K_se___7:");
    assertThat(ingest.sessions().getFirst().terms().customerId()).startsWith("auth0_7:");
    assertThat(ingest.sessions().getFirst().steps()).isEqualTo(2);
  }

  @Test
  void two_customers_that_name_a_session_alike_do_not_share_it() {
    Map<String, Object> acme = new java.util.HashMap<>(GOOD);
    acme.put("session.id", "1");
    acme.put("user.id", "acme");
    Map<String, Object> other = new java.util.HashMap<>(acme);
    other.put("user.id", "other");
    post(request(span(1, acme)));
    post(request(span(2, other)));
    assertThat(ingest.sessions())
        .extracting(session -> session.terms().customerId() + " " + session.id())
        .containsExactlyInAnyOrder("acme 1", "other 1@other");
  }
}
