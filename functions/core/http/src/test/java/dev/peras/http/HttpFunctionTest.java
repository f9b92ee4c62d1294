package dev.peras.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFunctionTest {
  /** Every call answers its own name and what it was asked. */
  private final TestHttp http = answering(HttpFunctionTest::echo);

  private static Response echo(Call call, Request request) {
    var json = Json.object().put("call", call.name());
    if (call.path().contains("{session_id}")) {
      json.put("name", request.id("session_id"));
    } else if (call.path().contains("{customer_id}")) {
      json.put("name", request.id("customer_id"));
    } else if (call.path().contains("{model+}")) {
      json.put("name", request.models("model"));
    }
    if (call.method().equals("POST")) {
      request.body(fields -> fields.node("any") == null);
    }
    return Response.ok(json);
  }

  private interface Answering {
    Response answer(Call call, Request request);
  }

  private static TestHttp answering(Answering answering) {
    Map<Call, Handler> handlers = new EnumMap<>(Call.class);
    for (Call call : Call.values()) {
      handlers.put(call, request -> answering.answer(call, request));
    }
    HttpFunction function = TestHttp.answering(handlers);
    return new TestHttp(event -> function.handleRequest(event, null));
  }

  private static TestHttp failing(RuntimeException failure) {
    return answering((call, request) -> {
      throw failure;
    });
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/sessions, START_SESSION,",
    "GET, /v1/sessions, LIST_SESSIONS,",
    "GET, /v1/sessions/s-1, GET_SESSION, s-1",
    "POST, /v1/sessions/a%3Ab/usage, RECORD_USAGE, a:b",
    "GET, /v1/sessions/a:b/usage, GET_LEDGER, a:b",
    "POST, /v1/sessions/s-1/holds, HOLD, s-1",
    "DELETE, /v1/sessions/s-1/holds/h, RELEASE_HOLD, s-1",
    "POST, /v1/sessions/s-1/end, END_SESSION, s-1",
    "GET, /v1/customers, LIST_CUSTOMERS,",
    "GET, /v1/customers/c/admission, GET_ADMISSION, c",
    "GET, /v1/customers/c/report, GET_REPORT, c",
    "POST, /v1/customers/c/top-ups, TOP_UP, c",
    "GET, /v1/customers/me@example.org, GET_CUSTOMER, me@example.org",
    "PUT, /v1/customers/c%40d, PUT_CUSTOMER, c@d",
    "GET, /v1/prices, LIST_PRICES,",
    "PUT, /v1/prices/openai/gpt-5, PUT_PRICE, openai/gpt-5",
    "GET, /v1/prices/openai%2Fgpt-5, GET_PRICE, openai/gpt-5",
    "DELETE, /v1/prices/a/b/c, DELETE_PRICE, a/b/c"
  })
  void routes(String method, String path, String call, String name) {
    TestHttp.Answer answer = http.send(method, path, method.equals("POST") ? "{}" : null, false);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertThat(answer.json().path("call").asText()).isEqualTo(call);
    assertThat(answer.json().path("name").textValue()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "/v1",
        "/v1/",
        "/v2/sessions",
        "/v1/sessions/",
        "/v1/sessions/a/",
        "//v1/sessions",
        "/v1/sessions/a/usage/",
        "/v1/sessions/a/usages",
        "/v1/sessions//usage",
        "/v1/customers/",
        "/v1/customers/c/limits",
        "/v1/sessions/a/holds/",
        "/v1/sessions/a/holds/b/c",
        "/v1/prices/",
        "/v1/prices/a/",
        "/v1/prices//a",
        "/V1/sessions",
        "/v1/sessions/a%2Fusage/b/c",
        "/favicon.ico",
        "/v1/\ud800"
      })
  void answers_unknown_paths_with_404(String path) {
    TestHttp.Answer answer = http.get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.json().path("code").asText()).isEqualTo("not_found");
    assertThat(answer.json().path("title").asText()).isEqualTo("Not Found");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/sessions, 'GET, POST'",
    "HEAD, /v1/sessions, 'GET, POST'",
    "OPTIONS, /v1/sessions/a, GET",
    "GET, /v1/sessions/a/end, POST",
    "PATCH, /v1/prices/a/b, 'DELETE, GET, PUT'",
    "POST, /v1/customers/a, 'GET, PUT'",
    "PUT, /v1/customers, GET",
    "GET, /v1/sessions/a/holds/b, DELETE",
    "GET, /v1/sessions/a/holds, POST",
    "POST, /v1/customers/a/report, GET",
    "GET, /v1/customers/a/top-ups, POST",
    "get, /v1/prices, GET"
  })
  void answers_wrong_methods_with_405(String method, String path, String allowed) {
    TestHttp.Answer answer = http.send(method, path, null, false);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("allow", allowed);
    assertThat(answer.json().path("code").asText()).isEqualTo("method_not_allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a%20b",
        "a b",
        "%00",
        "%zz",
        "%",
        "a%2Cb",
        "%C3%A9",
        "%FF",
        "a+b",
        "a%2Fb",
        "%ED%A0%80"
      })
  void refuses_names_out_of_alphabet(String name) {
    TestHttp.Answer answer = http.get("/v1/sessions/" + name);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactly("session_id");
  }

  @ParameterizedTest
  @EnumSource
  void maps_every_refusal(Refusal.Code code) {
    TestHttp.Answer answer = failing(Refusal.of(code, "Because.")).get("/v1/sessions");

    int expected =
        switch (code) {
          case INVALID_REQUEST, UNKNOWN_MODEL, OCCURRED_AT_IN_FUTURE -> 422;
          case SESSION_NOT_FOUND, PRICE_NOT_FOUND, WEBHOOK_NOT_FOUND, ALERT_NOT_FOUND -> 404;
          case SESSION_CLOSED -> 410;
          case SESSION_BUDGET_REACHED, CUSTOMER_CAP_REACHED -> 402;
          case TRY_AGAIN -> 503;
          default -> 409;
        };
    assertThat(answer.status()).isEqualTo(expected);
    assertThat(answer.json().path("status").asInt()).isEqualTo(expected);
    assertThat(answer.json().path("code").asText())
        .isEqualTo(code.name().toLowerCase(java.util.Locale.ROOT));
    assertThat(answer.json().path("detail").asText()).isEqualTo("Because.");
    assertThat(answer.json().has("errors")).isFalse();
    assertThat(answer.headers().get("retry-after")).isEqualTo(expected == 503 ? "1" : null);
  }

  @Test
  void shows_what_a_limit_had_left() {
    Refusal.Limit limit =
        new Refusal.Limit(
            "customer", Usd.of("9.50"), Usd.of("0.25"), Usd.of("10"), Usd.of("0.25"), Usd.of("1"));
    Refusal refusal = Refusal.byLimit(Refusal.Code.CUSTOMER_CAP_REACHED, "No.", limit);

    assertThat(failing(refusal).get("/v1/sessions").text())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Payment Required\",\"status\":402,"
                + "\"code\":\"customer_cap_reached\",\"detail\":\"No.\",\"level\":\"customer\","
                + "\"spent\":9.5,\"held\":0.25,\"holds\":0.25,\"cap\":10,\"remaining\":0.25,\"requested\":1}");
  }

  @Test
  void logs_what_it_does_not_tell() {
    List<LogRecord> logged = new ArrayList<>();
    Logger logger = Logger.getLogger(HttpFunction.class.getName());
    logger.setFilter(entry -> !logged.add(entry));
    try {
      RuntimeException fault = new IllegalStateException("secret");

      TestHttp.Answer answer = failing(fault).get("/v1/sessions");

      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).doesNotContain("secret").contains("internal_error");
      assertThat(logged)
          .singleElement()
          .satisfies(entry -> assertThat(entry.getThrown()).isSameAs(fault));
    } finally {
      logger.setFilter(null);
    }
  }

  @Test
  void reads_bodies_in_base64() {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);

    assertThat(http.send("POST", "/v1/sessions", body).status()).isEqualTo(200);
    assertThat(http.send("POST", "/v1/sessions", "%", true).status()).isEqualTo(400);
    assertThat(http.send("POST", "/v1/sessions", new byte[] {'{', (byte) 0xc3, '}'}).status())
        .isEqualTo(400);
  }

  @Test
  void refuses_bodies_over_one_megabyte() {
    String fits = "{}" + " ".repeat(999_998);
    String umlauts = "{\"a\":\"" + "é".repeat(499_998) + "\"}";

    assertThat(http.post("/v1/sessions", fits).status()).isEqualTo(200);
    for (TestHttp.Answer answer :
        new TestHttp.Answer[] {
          http.post("/v1/sessions", fits + " "),
          http.post("/v1/sessions", umlauts),
          http.send("POST", "/v1/sessions", (fits + " ").getBytes(StandardCharsets.UTF_8))
        }) {
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.json().path("code").asText()).isEqualTo("body_too_large");
    }
  }

  @Test
  void refuses_an_unknown_query_parameter_and_names_it() {
    TestHttp.Answer answer = http.post("/v1/sessions?dry_run=true", "{}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactly("dry_run");
  }
}
