package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peras.http.Call;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What keys open on every route, and what a key of one customer sees of another (I11). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final LocalPeras peras = LocalPeras.start(Map.of("REQUIRE_KEY", "true"));
  private final HttpClient http = HttpClient.newHttpClient();
  private String admin = "";
  private String agent = "";
  private String boundAgent = "";
  private String boundAdmin = "";

  @BeforeAll
  void two_customers_with_sessions() throws IOException, InterruptedException {
    admin = secret(signed("{\\\"role\\\":\\\"admin\\\"}"));
    agent = issue("agent", "{\"role\":\"agent\"}");
    boundAgent = issue("bound-agent", "{\"role\":\"agent\",\"customer_id\":\"acme\"}");
    boundAdmin = issue("bound-admin", "{\"role\":\"admin\",\"customer_id\":\"acme\"}");
    for (String customer : new String[] {"acme", "theirs"}) {
      boolean isTheirs = customer.equals("theirs");
      ok(
          "PUT",
          "/v1/customers/" + customer,
          "{\"monthly_cap\":%s}".formatted(isTheirs ? "12.345" : "100"));
      ok(
          "POST",
          "/v1/sessions",
          "{\"session_id\":\"%s-session\",\"customer_id\":\"%s\",\"budget\":%s}"
              .formatted(customer, customer, isTheirs ? "9.87" : "50"));
      ok(
          "POST",
          "/v1/sessions/" + customer + "-session/usage",
          "{\"event_id\":\"e\",\"input_tokens\":0,\"output_tokens\":0,\"cost\":%s}"
              .formatted(isTheirs ? "7.654" : "1"));
    }
  }

  @AfterAll
  void close() {
    peras.close();
  }

  /** The first key is made by somebody who is known otherwise, as by a signature. */
  private JsonNode signed(String escapedBody) throws IOException, InterruptedException {
    String event =
        """
        {"rawPath": "/v1/keys/root", "body": "%s", "isBase64Encoded": false, "requestContext":
        {"authorizer": {"iam": {"userArn": "arn:aws:iam::1:user/u"}}, "http": {"method": "PUT"}}}
        """
            .formatted(escapedBody);
    JsonNode answer =
        MAPPER.readTree(send("POST", "/_local/invoke/ManageKeysFunction", event, null).body());
    return MAPPER.readTree(answer.path("body").asText());
  }

  private static String secret(JsonNode key) {
    assertThat(key.path("secret").asText()).startsWith("peras_");
    return key.path("secret").asText();
  }

  private String issue(String id, String body) throws IOException, InterruptedException {
    return secret(MAPPER.readTree(ok("PUT", "/v1/keys/" + id, body)));
  }

  private String ok(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(method, path, body, admin);
    assertThat(answer.statusCode())
        .as("%s %s: %s", method, path, answer.body())
        .isBetween(200, 201);
    return answer.body();
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable String body, @Nullable String key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(peras.baseUri().resolve(path))
            .header("content-type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body, UTF_8));
    if (key != null) {
      request.header("x-peras-key", key);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String path(Call call, String owner) {
    return call.path()
        .replace("{customer_id}", owner)
        .replace("{session_id}", owner + "-session")
        .replaceAll("\\{model\\+?}", "gpt-4o")
        .replaceAll("\\{\\w+\\+?}", "some");
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void no_call_opens_without_a_key_or_with_a_wrong_one(Call call)
      throws IOException, InterruptedException {
    String[] wrong = {
      null,
      "peras_",
      "peras_root.",
      "peras_root.wrong",
      "wrong",
      admin + "x",
      admin.replace("root", "rook")
    };
    for (String key : wrong) {
      HttpResponse<String> answer = send(call.method(), path(call, "acme"), "{}", key);
      assertThat(answer.statusCode()).as("%s with %s", call, key).isEqualTo(401);
      assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
      assertThat(answer.body()).contains("unauthenticated").doesNotContain("12.345", "7.654");
    }
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void a_role_opens_its_calls_and_no_others(Call call) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(call.method(), path(call, "none"), "[]", agent);
    if (call.role() == Call.Role.ADMIN) {
      assertThat(answer.statusCode()).as("%s", call).isEqualTo(403);
    } else {
      assertThat(answer.statusCode()).as("%s", call).isNotIn(401, 403);
    }
  }

  /** For L82 and L83: no figure of another customer, no money of another customer. */
  @ParameterizedTest
  @EnumSource(Call.class)
  void L82_L83_a_bound_key_sees_and_moves_nothing_of_another_customer(Call call)
      throws IOException, InterruptedException {
    Set<Call> shared =
        EnumSet.of(Call.OPENAPI, Call.LIST_PRICES, Call.GET_PRICE, Call.LIST_UNPRICED);
    String before = theirs();
    for (String key : new String[] {boundAgent, boundAdmin}) {
      for (String body : bodies(call)) {
        HttpResponse<String> answer = send(call.method(), path(call, "theirs"), body, key);
        assertThat(answer.body())
            .as("%s", call)
            .doesNotContain("12.345", "7.654", "9.87", "4.691", "theirs-e");
        if (call.function() != Call.Function.INGEST_OTLP
            && !shared.contains(call)
            && !call.path().equals("/v1/sessions")
            && call != Call.LIST_ALERTS) {
          assertThat(answer.statusCode()).as("%s: %s", call, answer.body()).isIn(403, 404);
        }
      }
    }
    assertThat(theirs()).isEqualTo(before);
  }

  /** What the other customer has spent and holds, but for what changes with time. */
  private String theirs() throws IOException, InterruptedException {
    return send("GET", "/v1/customers/theirs", null, admin)
        .body()
        .replaceAll("\"projected\":[^,}]*", "");
  }

  private static String[] bodies(Call call) {
    return call == Call.START_SESSION
        ? new String[] {
          "{\"customer_id\":\"theirs\"}",
          "{\"session_id\":\"theirs-session\"}",
          "{\"session_id\":\"theirs-session\",\"customer_id\":\"theirs\",\"budget\":9.87}"
        }
        : new String[] {
          "{}",
          "{\"hold_id\":\"h\",\"amount\":1}",
          "{\"event_id\":\"theirs-e\",\"input_tokens\":1,\"output_tokens\":1,\"model\":\"gpt-4o\"}"
        };
  }

  @Test
  void naming_another_customer_is_naming_nobody() throws IOException, InterruptedException {
    for (String path :
        new String[] {
          "/v1/sessions?customer_id=theirs", "/v1/alerts?customer_id=theirs", "/v1/customers/theirs"
        }) {
      HttpResponse<String> theirs = send("GET", path, null, boundAdmin);
      HttpResponse<String> nobodys =
          send("GET", path.replace("theirs", "nobody"), null, boundAdmin);
      assertThat(theirs.statusCode()).isEqualTo(404);
      assertThat(theirs.body().replace("theirs", "nobody")).isEqualTo(nobodys.body());
    }
    assertThat(send("GET", "/v1/sessions/theirs-session", null, boundAgent).body())
        .isEqualTo(
            send("GET", "/v1/sessions/nobody-session", null, boundAgent)
                .body()
                .replace("nobody", "theirs"));
  }

  @Test
  void a_bound_key_works_for_its_own_customer() throws IOException, InterruptedException {
    HttpResponse<String> started =
        send("POST", "/v1/sessions", "{\"session_id\":\"own\"}", boundAgent);
    assertThat(MAPPER.readTree(started.body()).path("customer_id").asText()).isEqualTo("acme");
    assertThat(send("GET", "/v1/customers/acme/admission?amount=1", null, boundAgent).statusCode())
        .isEqualTo(200);
    JsonNode list = MAPPER.readTree(send("GET", "/v1/sessions", null, boundAdmin).body());
    assertThat(list.path("sessions").findValuesAsText("customer_id"))
        .isNotEmpty()
        .containsOnly("acme");
    assertThat(send("GET", "/v1/customers/acme", null, boundAdmin).statusCode()).isEqualTo(200);
  }

  @Test
  void a_key_is_sent_as_a_bearer_too_and_a_removed_one_is_out_at_once()
      throws IOException, InterruptedException {
    String secret = issue("brief", "{\"role\":\"agent\"}");
    HttpRequest request =
        HttpRequest.newBuilder(peras.baseUri().resolve("/v1/openapi.json"))
            .header("authorization", "Bearer " + secret)
            .build();
    assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/v1/keys/brief", null, admin).statusCode()).isEqualTo(204);
    assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
  }

  @Test
  void an_ingest_key_records_and_does_nothing_else() throws IOException, InterruptedException {
    String secret = issue("exporter", "{\"role\":\"ingest\"}");
    String usage =
        "{\"event_id\":\"i\",\"input_tokens\":1,\"output_tokens\":1,\"model\":\"gpt-4o\"}";
    assertThat(send("POST", "/v1/sessions/acme-session/usage", usage, secret).statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/v1/sessions/acme-session", null, secret).statusCode()).isEqualTo(403);
    assertThat(send("POST", "/v1/sessions", "{}", secret).statusCode()).isEqualTo(403);
    JsonNode key = MAPPER.readTree(send("GET", "/v1/keys/exporter", null, admin).body());
    assertThat(key.path("last_used_at").isNull()).isFalse();
    assertThat(key.has("secret")).isFalse();
  }

  /** A span of a call that costs 0.0035, in a session of that name. */
  private static String span(String session, String customer, String id, String model) {
    return """
    {"resourceSpans": [{"resource": {"attributes": [
      {"key": "session.id", "value": {"stringValue": "%s"}},
      {"key": "peras.customer_id", "value": {"stringValue": "%s"}}]},
     "scopeSpans": [{"spans": [{"traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
      "spanId": "00f067aa0ba902b7", "attributes": [
      {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
      {"key": "gen_ai.request.model", "value": {"stringValue": "%s"}},
      {"key": "gen_ai.response.id", "value": {"stringValue": "%s"}},
      {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "1000"}},
      {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "100"}}]}]}]}]}
    """
        .formatted(session, customer, model, id);
  }

  @Test
  void what_a_bound_key_exports_is_its_customers_whatever_the_spans_say()
      throws IOException, InterruptedException {
    String exporter = issue("acme-exporter", "{\"role\":\"ingest\",\"customer_id\":\"acme\"}");
    String before = theirs();
    String session = send("GET", "/v1/sessions/theirs-session", null, admin).body();

    HttpResponse<String> answer =
        send(
            "POST", "/otlp/v1/traces", span("theirs-session", "theirs", "x-1", "gpt-4o"), exporter);

    assertThat(answer.body()).isEqualTo("{\"partialSuccess\":{}}");
    assertThat(theirs()).isEqualTo(before);
    assertThat(send("GET", "/v1/sessions/theirs-session", null, admin).body()).isEqualTo(session);
    JsonNode own =
        MAPPER.readTree(send("GET", "/v1/sessions/theirs-session@acme", null, admin).body());
    assertThat(own.path("customer_id").asText()).isEqualTo("acme");
    assertThat(own.path("total_cost").decimalValue()).isEqualByComparingTo("0.0035");
  }

  @Test
  void a_key_cannot_take_away_a_call_that_another_customers_key_reports()
      throws IOException, InterruptedException {
    String acme = issue("acme-2", "{\"role\":\"ingest\",\"customer_id\":\"acme\"}");
    String other = issue("other-2", "{\"role\":\"ingest\",\"customer_id\":\"other\"}");
    ok("POST", "/v1/sessions", "{\"session_id\":\"o\",\"customer_id\":\"other\"}");
    send("POST", "/otlp/v1/traces", span("a", "acme", "same-id", "gpt-4o"), acme);
    send("POST", "/otlp/v1/traces", span("o", "other", "same-id", "gpt-4o"), other);
    JsonNode counted = MAPPER.readTree(send("GET", "/v1/sessions/o", null, admin).body());
    assertThat(counted.path("total_cost").decimalValue()).isEqualByComparingTo("0.0035");
  }

  @Test
  void unpriced_calls_of_others_are_not_listed_and_all_are_recorded_with_a_price()
      throws IOException, InterruptedException {
    String exporter = issue("acme-3", "{\"role\":\"ingest\",\"customer_id\":\"acme\"}");
    HttpResponse<String> answer =
        send("POST", "/otlp/v1/traces", span("u", "acme", "u-1", "acme/unheard-of"), exporter);
    assertThat(answer.body())
        .contains("\"rejectedSpans\":\"1\"", "acme/unheard-of", "00f067aa0ba902b7");
    ok("POST", "/otlp/v1/traces", span("v", "theirs", "u-2", "acme/unheard-of"));

    assertThat(send("GET", "/v1/unpriced", null, boundAdmin).body())
        .contains("u-1")
        .doesNotContain("u-2");
    assertThat(send("GET", "/v1/unpriced", null, admin).body()).contains("u-1", "u-2");
    ok("PUT", "/v1/prices/acme/unheard-of", "{\"input\": 1, \"output\": 10}");
    JsonNode priced = MAPPER.readTree(send("GET", "/v1/sessions/u", null, admin).body());
    assertThat(priced.path("total_cost").decimalValue()).isEqualByComparingTo("0.002");
    assertThat(send("GET", "/v1/unpriced", null, admin).body()).doesNotContain("u-1", "u-2");
  }
}
