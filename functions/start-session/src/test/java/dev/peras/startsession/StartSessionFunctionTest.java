package dev.peras.startsession;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartSessionFunctionTest {
  private final Services peras = TestServices.create(new MovableClock("2026-11-23T12:00:00Z"));
  private final StartSessionFunction function = new StartSessionFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @Test
  void starts_with_nothing_but_defaults() {
    TestHttp.Answer answer = post("{}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().path("customer_id").asText()).isEqualTo("default");
    assertThat(answer.json().path("session_id").asText()).isNotEmpty();
    assertThat(answer.json().path("budget").isNull()).isTrue();
    assertThat(answer.json().path("status").asText()).isEqualTo("open");
  }

  @Test
  void takes_all_fields() {
    TestHttp.Answer answer =
        post(
            "{'session_id':'s','customer_id':'c','task':'Überblick','model':'test-model',"
                + "'budget':1.50,'detectors':{'retry_loop':{'steps':9}},'tags':{'a':'b'}}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text())
        .startsWith(
            ("{'session_id':'s','customer_id':'c','task':'Überblick','model':'test-model',"
                    + "'status':'open','budget':1.5,'total_cost':0,'remaining':1.5,")
                .replace('\'', '"'));
    DetectorSettings detectors = peras.sessions().get("s").terms().detectors();
    assertThat(detectors).isNotNull();
    assertThat(String.valueOf(detectors)).contains("steps=9");
    assertThat(peras.sessions().get("s").terms().tags()).containsEntry("a", "b");
  }

  @Test
  void the_same_start_again_finds_the_session() {
    String start = "{'session_id':'s','budget':1.5,'tags':{'a':'1','b':'2'},'detectors':{}}";

    assertThat(post(start).status()).isEqualTo(201);
    assertThat(post(start).status()).isEqualTo(200);
    assertThat(
            post("{'detectors':{},'tags':{'b':'2','a':'1'},'budget':15e-1,'task':null,"
                    + "'customer_id':'default','session_id':'s'}")
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'budget':2", "'budget':1,'task':'t'", "'budget':1,'customer_id':'c'",
        "'budget':1,'detectors':{}", "'budget':1,'tags':{'a':'1'}",
            "'budget':1,'model':'test-model'"
      },
      quoteCharacter = '"')
  void another_start_under_its_name_is_a_conflict(String fields) {
    post("{'session_id':'s','budget':1}");

    TestHttp.Answer answer = post("{'session_id':'s'," + fields + "}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("session_exists");
  }

  @Test
  void refuses_an_unknown_model_and_says_how_to_add_a_price() {
    TestHttp.Answer answer = post("{'model':'acme/new'}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("unknown_model");
    assertThat(answer.faultyFields()).containsExactly("model");
    assertThat(answer.json().path("detail").asText())
        .contains("'acme/new'")
        .contains("PUT /v1/prices/acme/new");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{'budget':0}; budget",
        "{'budget':-1}; budget",
        "{'budget':0.0000000000001}; budget",
        "{'budget':1e12}; budget",
        "{'budget':1e999999999}; budget",
        "{'budget':'5'}; budget",
        "{'session_id':'a b'}; session_id",
        "{'session_id':''}; session_id",
        "{'session_id':7}; session_id",
        "{'customer_id':'a/b'}; customer_id",
        "{'model':'a b'}; model",
        "{'task':''}; task",
        "{'task':['x']}; task",
        "{'task':'\\ud800'}; task",
        "{'tags':{'a':1}}; tags.a",
        "{'detectors':{'retry_loop':{'steps':1}}}; detectors.retry_loop.steps",
        "{'detectors':true}; detectors",
        "{'Budget':1}; Budget"
      })
  void refuses_bad_input(String body, String field) {
    TestHttp.Answer answer = post(body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_request");
    assertThat(answer.faultyFields()).containsExactly(field);
    assertThat(peras.sessions().list(null, null, null).entries()).isEmpty();
  }

  @Test
  void refuses_names_that_are_too_long() {
    TestHttp.Answer answer =
        post("{'session_id':'" + "x".repeat(129) + "','task':'" + "x".repeat(257) + "'}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactly("session_id", "task");
  }

  @Test
  void bears_anything() {
    FuzzRun.of(
        http,
        Call.START_SESSION,
        4000,
        () -> peras.sessions().list("guarded", null, null).toString());
  }

  private TestHttp.Answer post(String body) {
    return http.post("/v1/sessions", body.replace('\'', '"'));
  }
}
