package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.local.Client.Answer;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Input that is wrong is refused with the field named, and changes nothing. */
class BadInputTest {
  private static LocalPeras peras;
  private static Client client;

  @BeforeAll
  static void start() {
    peras = LocalPeras.start(Map.of());
    client = new Client(peras.baseUri());
    client.put("/v1/prices/guarded", "{\"input\": 1, \"output\": 2}");
    client.put("/v1/customers/guarded", "{\"monthly_cap\": 500}");
    client.put("/v1/webhooks/guarded", webhook(""));
    client.post(
        "/v1/sessions",
        "{\"session_id\": \"guarded\", \"customer_id\": \"guarded\", \"model\": \"guarded\"}");
    client.post(
        "/v1/sessions/guarded/usage",
        "{\"event_id\": \"old\", \"input_tokens\": 100, \"output_tokens\": 10}");
  }

  @AfterAll
  static void stop() {
    client.close();
    peras.close();
  }

  /** Status, the field that is named (empty where none can be), and the body. */
  static Stream<Arguments> usage() {
    return Stream.of(
        arguments(400, "", "not JSON"),
        arguments(400, "", "{\"event_id\": "),
        arguments(400, "", ""),
        arguments(400, "", " \n"),
        arguments(400, "", "[]"),
        arguments(400, "", "\"x\""),
        arguments(400, "", "{} {}"),
        arguments(422, "event_id", "{}"),
        arguments(422, "event_id", event("").replace("\"new\"", "17")),
        arguments(422, "input_tokens", event("").replace(": 1,", ": \"1\",")),
        arguments(422, "input_tokens", event("").replace(": 1,", ": true,")),
        arguments(422, "surprise", event(", \"surprise\": 1")),
        arguments(422, "Model", event(", \"Model\": \"guarded\"")),
        arguments(400, "event_id", event(", \"event_id\": \"new\"")),
        arguments(400, "tags.a", event(", \"tags\": {\"a\": \"1\", \"a\": \"2\"}")),
        arguments(422, "input_tokens", event("").replace(": 1,", ": -1,")),
        arguments(422, "output_tokens", event("").replace(": 2", ": 0.5")),
        arguments(422, "cache_read_tokens", event(", \"cache_read_tokens\": 1000000001")),
        arguments(422, "cache_write_tokens", event(", \"cache_write_tokens\": 1e999999999")),
        arguments(422, "cache_write_1h_tokens", event(", \"cache_write_1h_tokens\": -0.1")),
        arguments(422, "reasoning_tokens", event(", \"reasoning_tokens\": 3")),
        arguments(422, "tool_calls", event(", \"tool_calls\": -1")),
        arguments(400, "input_tokens", event("").replace(": 1,", ": NaN,")),
        arguments(400, "cost", event(", \"cost\": NaN")),
        arguments(400, "cost", event(", \"cost\": Infinity")),
        arguments(422, "cost", event(", \"cost\": \"NaN\"")),
        arguments(422, "cost", event(", \"cost\": -0.01")),
        arguments(422, "cost", event(", \"cost\": -1e-21")),
        arguments(422, "event_id", event("").replace("new", "no blank")),
        arguments(422, "event_id", event("").replace("new", "n\u00f6")),
        arguments(422, "event_id", event("").replace("new", "")),
        arguments(422, "event_id", event("").replace("new", "x".repeat(129))),
        arguments(422, "hold_id", event(", \"hold_id\": \"a/b\"")),
        arguments(422, "model", event(", \"model\": \"unknown-model\"")),
        arguments(422, "model", event(", \"model\": \"a b\"")),
        arguments(422, "occurred_at", event(", \"occurred_at\": \"9998-01-01T00:00:00Z\"")),
        arguments(422, "occurred_at", event(", \"occurred_at\": \"yesterday\"")),
        arguments(422, "events", "{\"events\": []}"),
        arguments(422, "events", "{\"events\": {}}"),
        arguments(422, "events", batch(91)),
        arguments(
            422,
            "events[1].input_tokens",
            "{\"events\": [%s, %s]}".formatted(event(""), event("").replace(": 1,", ": -1,"))),
        arguments(
            409,
            "events[1].event_id",
            "{\"events\": [%s, %s]}".formatted(event(""), event("").replace(": 1,", ": 3,"))),
        arguments(409, "event_id", event("").replace("new", "old")));
  }

  @ParameterizedTest
  @MethodSource
  void usage(int status, String field, String body) {
    assertRefused(status, field, "POST", "/v1/sessions/guarded/usage", body);
  }

  static Stream<Arguments> starts() {
    return Stream.of(
        arguments(400, "", ""),
        arguments(400, "", "no JSON"),
        arguments(422, "budget", "{\"budget\": 0}"),
        arguments(422, "budget", "{\"budget\": -1}"),
        arguments(422, "budget", "{\"budget\": 0.0000000000001}"),
        arguments(422, "budget", "{\"budget\": \"1\"}"),
        arguments(400, "budget", "{\"budget\": NaN}"),
        arguments(422, "budget", "{\"budget\": 1e400}"),
        arguments(422, "budgets", "{\"budgets\": 1}"),
        arguments(400, "task", "{\"task\": \"a\", \"task\": \"b\"}"),
        arguments(422, "task", "{\"task\": 1}"),
        arguments(422, "session_id", "{\"session_id\": \"a b\"}"),
        arguments(422, "session_id", "{\"session_id\": \"%s\"}".formatted("x".repeat(129))),
        arguments(422, "customer_id", "{\"customer_id\": \"a/b\"}"),
        arguments(422, "model", "{\"model\": \"unknown-model\"}"),
        arguments(
            422, "detectors.retry_loop.steps", "{\"detectors\":{\"retry_loop\":{\"steps\":1}}}"),
        arguments(422, "tags.a", "{\"tags\": {\"a\": 1}}"));
  }

  @ParameterizedTest
  @MethodSource
  void starts(int status, String field, String body) {
    String own = body.replaceFirst("^\\{", "{\"customer_id\": \"guarded\", ");
    assertRefused(status, field, "POST", "/v1/sessions", body.contains("customer_id") ? body : own);
  }

  static Stream<Arguments> others() {
    String limits = "/v1/customers/guarded";
    String price = "/v1/prices/guarded";
    String hook = "/v1/webhooks/guarded";
    return Stream.of(
        arguments(422, "monthly_cap", "PUT", limits, "{\"monthly_cap\": -1}"),
        arguments(422, "monthly_cap", "PUT", limits, "{\"monthly_cap\": 0.0000000000001}"),
        arguments(422, "on_cap", "PUT", limits, "{\"on_cap\": \"explode\"}"),
        arguments(422, "alert_thresholds[0]", "PUT", limits, "{\"alert_thresholds\": [\"-5%\"]}"),
        arguments(422, "time_zone", "PUT", limits, "{\"time_zone\": \"Mars/Olympus\"}"),
        arguments(422, "customer_id", "PUT", "/v1/customers/a%20b", "{}"),
        arguments(422, "output", "PUT", price, "{\"input\": 1}"),
        arguments(422, "input", "PUT", price, "{\"input\": -1, \"output\": 1}"),
        arguments(422, "output", "PUT", price, "{\"input\": 1, \"output\": 0.0000000001}"),
        arguments(422, "currency", "PUT", price, "{\"input\": 1, \"output\": 1, \"currency\": 1}"),
        arguments(400, "", "PUT", hook, "no JSON"),
        arguments(422, "url", "PUT", hook, "{\"format\": \"standard\"}"),
        arguments(422, "url", "PUT", hook, webhook("").replace("127.0.0.1", "10.0.0.1")),
        arguments(422, "url", "PUT", hook, webhook("").replace("http:", "ftp:")),
        arguments(422, "format", "PUT", hook, webhook("").replace("standard", "email")),
        arguments(422, "events", "PUT", hook, webhook(", \"events\": []")),
        arguments(422, "events[0]", "PUT", hook, webhook(", \"events\": [\"all\"]")),
        arguments(422, "customer_id", "PUT", hook, webhook(", \"customer_id\": \"a b\"")),
        arguments(422, "enabled", "PUT", hook, webhook(", \"enabled\": 1")),
        arguments(422, "routing_key", "PUT", hook, webhook(", \"routing_key\": \"k\"")),
        arguments(422, "secret", "PUT", hook, webhook(", \"secret\": \"mine\"")),
        arguments(400, "url", "PUT", hook, webhook(", \"url\": \"http://127.0.0.1/\"")),
        arguments(422, "webhook_id", "PUT", "/v1/webhooks/a%20b", webhook("")),
        arguments(422, "page", "GET", "/v1/webhooks?page=1", ""),
        arguments(422, "x", "POST", hook + "/test", "{\"x\": 1}"),
        arguments(422, "x", "POST", hook + "/rotate", "{\"x\": 1}"),
        arguments(422, "x", "DELETE", hook + "?x=1", ""),
        arguments(422, "period", "GET", "/v1/alerts?period=2026-13", ""),
        arguments(422, "cursor", "GET", "/v1/alerts?cursor=x", ""),
        arguments(422, "cursor", "GET", "/v1/alerts?customer_id=guarded&cursor=x", ""),
        arguments(422, "x", "POST", "/v1/alerts/a/redeliver", "{\"x\": 1}"),
        arguments(404, "", "POST", "/v1/alerts/unknown/redeliver", ""),
        arguments(404, "", "GET", "/v1/webhooks/unknown", ""),
        arguments(404, "", "POST", "/v1/webhooks/unknown/test", ""),
        arguments(404, "", "POST", "/v1/webhooks/unknown/rotate", ""),
        arguments(405, "", "POST", hook, webhook("")),
        arguments(405, "", "PUT", "/v1/alerts", "{}"),
        arguments(422, "x", "POST", "/v1/sessions/guarded/end", "{\"x\": 1}"),
        arguments(422, "session_id", "GET", "/v1/sessions/a%20b", ""),
        arguments(422, "status", "GET", "/v1/sessions?status=running", ""),
        arguments(422, "cursor", "GET", "/v1/sessions?cursor=x", ""),
        arguments(422, "cursor", "GET", "/v1/sessions/guarded/usage?cursor=x", ""),
        arguments(422, "page", "GET", "/v1/sessions/guarded?page=1", ""),
        arguments(404, "", "GET", "/v1/sessions/unknown", ""),
        arguments(404, "", "GET", "/v1/sessions/unknown/usage", ""),
        arguments(404, "", "POST", "/v1/sessions/unknown/usage", event("")),
        arguments(404, "", "POST", "/v1/sessions/unknown/end", ""),
        arguments(404, "", "GET", "/v1/prices/unknown-model", ""),
        arguments(404, "", "GET", "/", ""),
        arguments(404, "", "GET", "/v2/sessions", ""),
        arguments(404, "", "POST", "/v1/sessions/guarded/usage/", event("")),
        arguments(405, "", "DELETE", "/v1/sessions/guarded", ""),
        arguments(405, "", "PUT", "/v1/sessions/guarded/usage", event("")),
        arguments(405, "", "GET", "/v1/sessions/guarded/end", ""),
        arguments(405, "", "PATCH", "/v1/customers/guarded", "{}"),
        arguments(405, "", "POST", "/v1/prices/guarded", "{}"));
  }

  @ParameterizedTest
  @MethodSource
  void others(int status, String field, String method, String path, String body) {
    assertRefused(status, field, method, path, body);
  }

  @Test
  void a_body_over_a_megabyte() {
    String start = event("").replace("}", ", \"prompt\": \"");
    for (int size : new int[] {1_000_001, 1 << 20, (1 << 20) + 1, 3_000_000}) {
      String body = start + "x".repeat(size - start.length() - 2) + "\"}";
      assertRefused(413, "", "POST", "/v1/sessions/guarded/usage", body);
    }
  }

  @Test
  void a_second_start_of_another_kind() {
    assertRefused(409, "", "POST", "/v1/sessions", "{\"session_id\": \"guarded\"}");
  }

  private static void assertRefused(
      int status, String field, String method, String path, String body) {
    String before = state();
    Answer answer = client.send(method, path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.contentType()).isEqualTo("application/problem+json");
    assertThat(answer.json().path("status").intValue()).isEqualTo(status);
    for (String name : new String[] {"title", "code", "detail"}) {
      assertThat(answer.json().path(name).asText()).as(name).isNotBlank();
    }
    if (!field.isEmpty()) {
      assertThat(answer.fields()).contains(field);
    }
    assertThat(state()).isEqualTo(before);
  }

  /** All that is guarded, but for the projection, which changes with the time. */
  static String state(Client client) {
    ObjectNode customer = (ObjectNode) client.get("/v1/customers/guarded").json();
    ((ObjectNode) customer.get("month")).remove("projected");
    return String.join(
        "\n",
        client.get("/v1/sessions/guarded").text(),
        client.get("/v1/sessions/guarded/usage").text(),
        client.get("/v1/sessions?customer_id=guarded").text(),
        client.get("/v1/prices/guarded").text(),
        client.get("/v1/webhooks/guarded").text(),
        customer.toString());
  }

  private static String state() {
    return state(client);
  }

  private static String event(String more) {
    return "{\"event_id\": \"new\", \"input_tokens\": 1, \"output_tokens\": 2%s}".formatted(more);
  }

  private static String webhook(String more) {
    return "{\"url\": \"http://127.0.0.1:9/\", \"format\": \"standard\"%s}".formatted(more);
  }

  private static String batch(int size) {
    String events =
        IntStream.range(0, size)
            .mapToObj(i -> event("").replace("new", "new-" + i))
            .reduce((a, b) -> a + "," + b)
            .orElse("");
    return "{\"events\": [" + events + "]}";
  }
}
