package dev.peras.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

  private static final Reason.LimitFigures FIGURES =
      new Reason.LimitFigures(Usd.of("9.50"), Usd.of("0.25"), Usd.of("10"), Usd.of("1"));

  record Worded(Reason reason, int status, String code) {}

  private static Stream<Worded> reasons() {
    Instant now = Instant.parse("2026-11-12T10:00:00Z");
    return Stream.of(
        new Worded(new Reason.SessionBudgetReached("s", FIGURES), 402, "session_budget_reached"),
        new Worded(
            new Reason.CustomerCapReached("c", YearMonth.of(2026, 11), FIGURES),
            402,
            "customer_cap_reached"),
        new Worded(new Reason.NoPrice(new Unpriced.UnknownModel("m%s")), 422, "unknown_model"),
        new Worded(new Reason.NoPrice(new Unpriced.NoModel()), 422, "invalid_request"),
        new Worded(
            new Reason.NoPrice(new Unpriced.UnknownTier("m", "priority")), 422, "unpriced_tier"),
        new Worded(new Reason.NoPrice(new Unpriced.UnknownRegion("m", "us")), 422, "unpriced_tier"),
        new Worded(
            new Reason.NoPrice(new Unpriced.UnknownModality("m", "audio_input")),
            422,
            "unpriced_modality"),
        new Worded(
            new Reason.NoPrice(new Unpriced.UnknownFee("m", "web_search")), 422, "unpriced_fee"),
        new Worded(new Reason.NoPrice(new Unpriced.SumOfPrompts("m")), 422, "invalid_request"),
        new Worded(new Reason.NoPrice(new Unpriced.Undivided("m")), 422, "invalid_request"),
        new Worded(
            new Reason.OccurredAtInFuture(now.plusSeconds(301), now, Duration.ofMinutes(5)),
            422,
            "occurred_at_in_future"),
        new Worded(new Reason.EventSentTwice("e"), 409, "event_conflict"),
        new Worded(new Reason.EventRecordedBefore("e"), 409, "event_conflict"),
        new Worded(new Reason.TooManyMonths(), 422, "invalid_request"),
        new Worded(new Reason.SessionNotFound("s"), 404, "session_not_found"),
        new Worded(new Reason.SessionExists("s"), 409, "session_exists"),
        new Worded(new Reason.SessionEnded("s"), 409, "session_ended"),
        new Worded(new Reason.SessionClosed("s", now, Duration.ofDays(3)), 410, "session_closed"),
        new Worded(new Reason.HoldGranted("h"), 409, "hold_exists"),
        new Worded(new Reason.HoldOver("h"), 409, "hold_exists"),
        new Worded(new Reason.TooManyHolds("s", 100), 409, "too_many_holds"),
        new Worded(new Reason.TopUpExists("t"), 409, "top_up_exists"),
        new Worded(new Reason.PriceNotFound("m"), 404, "price_not_found"),
        new Worded(new Reason.WebhookNotFound("w"), 404, "webhook_not_found"),
        new Worded(new Reason.TooManyWebhooks(20), 409, "too_many_webhooks"),
        new Worded(new Reason.AlertNotFound("a"), 404, "alert_not_found"),
        new Worded(new Reason.UnknownCursor(), 422, "invalid_request"),
        new Worded(new Reason.ConcurrentUpdates(), 503, "try_again"),
        new Worded(new Reason.TableUnreachable(), 503, "try_again"));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void words_every_reason(Worded worded) {
    int status = worded.status();
    TestHttp.Answer answer = failing(Refusal.because(worded.reason())).get("/v1/sessions");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.json().path("code").asText()).isEqualTo(worded.code());
    assertThat(answer.json().path("detail").asText()).isNotBlank().doesNotContain("null");
    assertThat(answer.headers().get("retry-after")).isEqualTo(status == 503 ? "1" : null);
  }

  @Test
  void no_reason_is_left_out_above() {
    Set<Class<?>> known =
        reasons().map(worded -> worded.reason().getClass()).collect(Collectors.toSet());

    assertThat(known).isEqualTo(records(Reason.class));
  }

  private static Set<Class<?>> records(Class<?> sealed) {
    Set<Class<?>> records = new HashSet<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      records.addAll(permitted.isRecord() ? Set.of(permitted) : records(permitted));
    }
    return records;
  }

  @Test
  void names_the_event_that_is_at_fault() {
    TreeMap<Integer, Reason.OfEvent> reasons = new TreeMap<>();
    reasons.put(3, new Reason.NoPrice(new Unpriced.UnknownModel("m-1")));
    reasons.put(7, new Reason.EventSentTwice("e"));
    TestHttp.Answer answer = failing(Refusal.ofEvents(reasons)).get("/v1/sessions");

    assertThat(answer.faultyFields()).containsExactly("events[3].model", "events[7].event_id");
    assertThat(answer.json().path("code").asText()).isEqualTo("unknown_model");
    assertThat(answer.json().path("detail").asText()).contains("PUT /v1/prices/m-1");
  }

  @Test
  void shows_what_a_limit_had_left() {
    Refusal refusal =
        Refusal.because(new Reason.CustomerCapReached("acme", YearMonth.of(2026, 11), FIGURES));

    assertThat(failing(refusal).get("/v1/sessions").text())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Payment"
                + " Required\",\"status\":402,\"code\":\"customer_cap_reached\",\"detail\":\"Customer"
                + " acme has 0.25 USD left of its cap of 10 USD for"
                + " 2026-11.\",\"level\":\"customer\","
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
