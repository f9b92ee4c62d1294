package dev.peras.recordusage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.Hash;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordUsageFunctionTest {
  private static final String EVENT =
      "{'event_id':'e','model':'test-model','input_tokens':1000,'output_tokens':500}";

  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final Services peras = TestServices.create(clock);
  private final RecordUsageFunction function = new RecordUsageFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @BeforeEach
  void start() {
    TestServices.start(peras, "s", "c");
  }

  @Test
  void records_one_event() {
    TestHttp.Answer answer = post(EVENT);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("total_cost").decimalValue()).isEqualByComparingTo("0.002");
    assertThat(answer.text())
        .endsWith(
            "\"events\":[{\"event_id\":\"e\",\"step\":1,\"cost\":0.002,\"duplicate\":false}]}");
  }

  @Test
  void answers_a_duplicate_with_200() {
    post(EVENT);

    TestHttp.Answer answer = post("{'events':[" + EVENT + "," + EVENT + "]}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("steps").asInt()).isEqualTo(1);
    assertThat(answer.json().path("events").findValuesAsText("duplicate"))
        .containsExactly("true", "true");
  }

  @Test
  void reads_every_field() {
    TestHttp.Answer answer =
        post(
            "{'event_id':'e','model':null,'input_tokens':1e3,'output_tokens':20.0,"
                + "'cache_read_tokens':3,'cache_write_tokens':4,'cache_write_1h_tokens':5,"
                + "'reasoning_tokens':20,'batch':true,'tool_calls':7,'prompt':'Why?',"
                + "'result_hash':'r','cost':0.00000000000000000001,"
                + "'occurred_at':'2026-11-23T13:00:00+02:00','hold_id':'h','tags':{'a':'b'}}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    Step step = peras.sessions().ledger("s", null).entries().getFirst();
    assertThat(step.tokens())
        .hasToString(
            "Tokens[input=1000, output=20, cacheRead=3, cacheWrite=4, cacheWrite1h=5,"
                + " reasoning=20]");
    assertThat(step.call().traits().batch()).isTrue();
    assertThat(step.activity().toolCalls()).isEqualTo(7);
    assertThat(step.activity().prompt()).isEqualTo(Hash.of("Why?"));
    assertThat(step.activity().result()).isEqualTo(Hash.of("r"));
    assertThat(step.cost()).hasToString("0.00000000000000000001");
    assertThat(step.booking().occurredAt()).hasToString("2026-11-23T11:00:00Z");
    assertThat(step.booking().holdId()).isEqualTo("h");
    assertThat(step.tags()).containsEntry("a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "'input_tokens':-1; input_tokens",
        "'input_tokens':1.5; input_tokens",
        "'input_tokens':1000000001; input_tokens",
        "'input_tokens':1e999999999; input_tokens",
        "'input_tokens':'5'; input_tokens",
        "'input_tokens':null; input_tokens",
        "'output_tokens':-0.001; output_tokens",
        "'cache_read_tokens':1e-9; cache_read_tokens",
        "'cache_write_tokens':true; cache_write_tokens",
        "'cache_write_1h_tokens':[]; cache_write_1h_tokens",
        "'reasoning_tokens':501; reasoning_tokens",
        "'tool_calls':1000001; tool_calls",
        "'batch':'true'; batch",
        "'event_id':'a b'; event_id",
        "'event_id':null; event_id",
        "'model':''; model",
        "'prompt':5; prompt",
        "'prompt_hash':''; prompt_hash",
        "'prompt':'a','prompt_hash':'b'; prompt_hash",
        "'cost':-1; cost",
        "'cost':-1e-21; cost",
        "'cost':1000000000.1; cost",
        "'occurred_at':'yesterday'; occurred_at",
        "'occurred_at':1762335000; occurred_at",
        "'hold_id':'#'; hold_id",
        "'tags':{'':''}; tags",
        "'tokens':5; tokens"
      })
  void refuses_bad_input(String fields, String field) {
    String event = with(fields);
    String before = state();

    TestHttp.Answer single = post(event);
    TestHttp.Answer batch = post("{'events':[" + EVENT + "," + event + "]}");

    assertThat(single.status()).isEqualTo(422);
    assertThat(single.faultyFields()).containsExactly(field);
    assertThat(batch.status()).isEqualTo(422);
    assertThat(batch.faultyFields()).containsExactly("events[1]." + field);
    assertThat(state()).isEqualTo(before);
  }

  /** A valid event with some fields set otherwise. */
  private static String with(String fields) {
    String event = EVENT;
    for (String name : new String[] {"event_id", "model", "input_tokens", "output_tokens"}) {
      if (fields.startsWith("'" + name + "'")) {
        event = event.replaceAll("'" + name + "':[^,}]*,?", "").replace(",}", "}");
      }
    }
    return event.replace("}", "," + fields + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{'events':[]}; events",
        "{'events':{}}; events",
        "{'events':'e'}; events",
        "{'events':[5]}; events[0]",
        "{}; event_id,input_tokens,output_tokens",
        "{'events':[{}]}; events[0].event_id,events[0].input_tokens,events[0].output_tokens"
      })
  void refuses_bad_requests(String body, String fields) {
    TestHttp.Answer answer = post(body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(String.join(",", answer.faultyFields())).isEqualTo(fields);
  }

  @Test
  void takes_at_most_90_events() {
    assertThat(post(batch(91)).faultyFields()).containsExactly("events");
    assertThat(post(batch(90)).status()).isEqualTo(200);
  }

  private static String batch(int size) {
    return IntStream.range(0, size)
        .mapToObj(i -> EVENT.replace("'e'", "'e" + i + "'"))
        .collect(Collectors.joining(",", "{'events':[", "]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "null",
        "{'event_id':'e'",
        "{'event_id':'e','event_id':'e'}",
        "{'input_tokens':NaN}",
        "{'input_tokens':Infinity}",
        "{'input_tokens':1e99999999999}"
      })
  void refuses_what_is_no_json_object(String body) {
    TestHttp.Answer answer = post(body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_request");
  }

  @Test
  void names_the_events_that_conflict() {
    post(EVENT);
    String other = EVENT.replace("500", "501");

    TestHttp.Answer single = post(other);
    TestHttp.Answer batch = post("{'events':[" + EVENT.replace("'e'", "'f'") + "," + other + "]}");

    assertThat(single.status()).isEqualTo(409);
    assertThat(single.json().path("code").asText()).isEqualTo("event_conflict");
    assertThat(single.faultyFields()).containsExactly("event_id");
    assertThat(batch.status()).isEqualTo(409);
    assertThat(batch.faultyFields()).containsExactly("events[1].event_id");
    assertThat(peras.sessions().get("s").steps()).isEqualTo(1);
  }

  @Test
  void names_the_model_that_has_no_price() {
    TestHttp.Answer answer = post(EVENT.replace("test-model", "acme/new"));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("unknown_model");
    assertThat(answer.faultyFields()).containsExactly("model");
    assertThat(answer.json().path("detail").asText()).contains("PUT /v1/prices/acme/new");
  }

  @Test
  void refuses_the_future() {
    TestHttp.Answer answer = post(EVENT.replace("}", ",'occurred_at':'2026-11-23T12:05:01Z'}"));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("occurred_at_in_future");
    assertThat(answer.faultyFields()).containsExactly("occurred_at");
  }

  @Test
  void says_what_is_late_and_what_is_too_late() {
    peras.sessions().end("s");

    assertThat(post(EVENT).json().path("events").path(0).path("late").asBoolean()).isTrue();
    clock.advance(Duration.ofDays(3));
    TestHttp.Answer answer = post(EVENT.replace("'e'", "'f'"));
    assertThat(answer.status()).isEqualTo(410);
    assertThat(answer.json().path("code").asText()).isEqualTo("session_closed");
  }

  @Test
  void does_not_know_the_session() {
    TestHttp.Answer answer = http.post("/v1/sessions/none/usage", EVENT.replace('\'', '"'));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().path("code").asText()).isEqualTo("session_not_found");
  }

  @Test
  void lists_what_the_call_raised() {
    TestHttp.Answer answer = post(loop());

    assertThat(answer.json().path("warnings").findValuesAsText("type"))
        .containsExactly("retry_loop");
    assertThat(answer.json().path("warnings").path(0).has("count")).isFalse();
    assertThat(post(EVENT).json().path("warnings")).isEmpty();
  }

  private static String loop() {
    return IntStream.range(0, 3)
        .mapToObj(i -> EVENT.replace("'e'", "'l" + i + "'").replace("}", ",'prompt':'p'}"))
        .collect(Collectors.joining(",", "{'events':[", "]}"));
  }

  @Test
  void says_so_for_as_long_as_the_budget_is_exceeded() {
    String dear = EVENT.replace("}", ",'cost':1.5}");
    TestHttp.Answer first = post(dear);
    TestHttp.Answer duplicate = post(dear);

    for (TestHttp.Answer answer : new TestHttp.Answer[] {first, duplicate}) {
      assertThat(answer.json().path("stop").asBoolean()).isTrue();
      assertThat(answer.json().path("warnings")).hasSize(1);
      assertThat(answer.json().path("warnings").path(0).toString())
          .isEqualTo(
              ("{'type':'budget_exceeded','message':'The session has cost $1.5, more than its"
                      + " budget of $1','step':1,'severity':'critical',"
                      + "'evidence':{'total_cost':1.5,'budget':1}}")
                  .replace('\'', '"'));
    }
  }

  @Test
  void bears_anything() {
    TestServices.start(peras, "guarded", "guarded");
    TestServices.start(peras, "scratch", "scratch");

    FuzzRun.of(
        http,
        Call.RECORD_USAGE,
        8000,
        () -> peras.sessions().get("guarded") + "" + peras.sessions().ledger("guarded", null));
  }

  private String state() {
    return peras.sessions().get("s") + "" + peras.sessions().ledger("s", null);
  }

  private TestHttp.Answer post(String body) {
    return http.post("/v1/sessions/s/usage", body.replace('\'', '"'));
  }
}
