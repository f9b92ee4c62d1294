package dev.peras.readsessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReadSessionsFunctionTest {
  private final Services peras = TestServices.create(new MovableClock("2026-11-23T12:00:00Z"));
  private final ReadSessionsFunction function = new ReadSessionsFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @BeforeEach
  void start() {
    TestServices.start(peras, "a", "anna");
    TestServices.start(peras, "b", "ben");
    peras.sessions().end("b");
  }

  @Test
  void shows_a_session() {
    assertThat(http.get("/v1/sessions/a").json().path("session_id").asText()).isEqualTo("a");
    assertThat(http.get("/v1/sessions/none").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'a,b'",
    "?customer_id=anna, a",
    "?status=open, a",
    "?status=ended, b",
    "?customer_id=anna&status=ended, ''"
  })
  void lists_sessions(String query, String expected) {
    TestHttp.Answer answer = http.get("/v1/sessions" + query);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(String.join(",", answer.json().path("sessions").findValuesAsText("session_id")))
        .isEqualTo(expected);
    assertThat(answer.json().path("cursor").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions?status=closed, status",
    "/v1/sessions?status=, status",
    "/v1/sessions?customer_id=a%20b, customer_id",
    "/v1/sessions?customer=anna, customer",
    "/v1/sessions?cursor=, cursor",
    "/v1/sessions/a?verbose=1, verbose",
    "/v1/sessions/a/usage?limit=5, limit"
  })
  void refuses_bad_queries(String path, String field) {
    TestHttp.Answer answer = http.get(path);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactly(field);
  }

  @Test
  void shows_the_ledger() {
    UsageEvent priced =
        UsageEvent.named("e1")
            .model(TestServices.MODEL)
            .tokens(new Tokens(10, 20, 3, 4, 5, 6))
            .traits(CallTraits.BATCH)
            .activity(new Activity(2, null, null))
            .holdId("h")
            .tags(Map.of("b", "2", "a", "1"))
            .build();
    UsageEvent given = UsageEvent.named("e2").cost(Usd.of("0.10")).build();
    peras.sessions().record("a", List.of(priced, given));

    assertThat(http.get("/v1/sessions/a/usage").text())
        .isEqualTo(
            ("{'events':[{'event_id':'e1','step':1,'model':'test-model','input_tokens':10,"
                    + "'output_tokens':20,'cache_read_tokens':3,'cache_write_tokens':4,"
                    + "'cache_write_1h_tokens':5,'reasoning_tokens':6,"
                    + "'audio_input_tokens':0,'audio_output_tokens':0,'image_input_tokens':0,"
                    + "'batch':true,'service_tier':'batch','inference_geo':null,'fees':[],'tool_calls':2,"
                    + "'cost':0.000062,'cost_source':'price','price':{'input':1,'output':2,"
                    + "'cache_read':1,'cache_write':1,'cache_write_1h':1,'reasoning':null,"
                    + "'audio_input':null,'audio_cache_read':null,'image_input':null,"
                    + "'image_cache_read':null,'audio_output':null,'image_output':null},"
                    + "'occurred_at':'2026-11-23T12:00:00Z','recorded_at':'2026-11-23T12:00:00Z',"
                    + "'period':'2026-11','late':false,'hold_id':'h','tags':{'a':'1','b':'2'}},"
                    + "{'event_id':'e2','step':2,'model':'unnamed','input_tokens':0,"
                    + "'output_tokens':0,'cache_read_tokens':0,'cache_write_tokens':0,"
                    + "'cache_write_1h_tokens':0,'reasoning_tokens':0,"
                    + "'audio_input_tokens':0,'audio_output_tokens':0,'image_input_tokens':0,"
                    + "'batch':false,'service_tier':'standard','inference_geo':null,'fees':[],"
                    + "'tool_calls':0,'cost':0.1,'cost_source':'event','price':null,"
                    + "'occurred_at':'2026-11-23T12:00:00Z','recorded_at':'2026-11-23T12:00:00Z',"
                    + "'period':'2026-11','late':false,'hold_id':null,'tags':{}}],'cursor':null}")
                .replace('\'', '"'));
  }

  @ParameterizedTest
  @EnumSource(names = {"LIST_SESSIONS", "GET_LEDGER"})
  void bears_anything(Call call) {
    TestServices.start(peras, "guarded", "guarded");
    TestServices.start(peras, "scratch", "scratch");

    FuzzRun.of(http, call, 2000, () -> peras.sessions().get("guarded").toString());
  }

  @Test
  void answers_what_no_route_matches() {
    assertThat(http.get("/").status()).isEqualTo(404);
    assertThat(http.send("DELETE", "/v1/sessions/a", null, false).status()).isEqualTo(405);
    assertThat(http.post("/v1/prices/m", "{}").headers())
        .containsEntry("allow", "DELETE, GET, PUT");
  }
}
