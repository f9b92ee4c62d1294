package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.local.Client.Answer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What Peras is for, over HTTP, with the functions, routes, policies and table of the template. */
class StoryTest {
  private static LocalPeras peras;
  private static Client client;

  /** A customer of the test's own. */
  private String customer = "";

  @BeforeAll
  static void start() {
    peras = LocalPeras.start(Map.of());
    client = new Client(peras.baseUri());
    // A dollar per million tokens in, two out: costs are easy to see.
    assertThat(client.put("/v1/prices/plain", "{\"input\": 1, \"output\": 2}").status())
        .isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    client.close();
    peras.close();
  }

  @BeforeEach
  void nameTheCustomer(TestInfo test) {
    customer = test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void resetClock() {
    peras.clock().reset();
  }

  @Test
  void a_session_runs_into_its_budget_and_ends() {
    Answer started = startSession("s1", "\"budget\": 0.01, \"task\": \"review\"");
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    assertThat(started.json().path("status").asText()).isEqualTo("open");
    assertThat(started.money("/remaining")).isEqualByComparingTo("0.01");

    Answer below = record("s1", event("e1", 4_000, 2_000));
    assertThat(below.money("/total_cost")).isEqualByComparingTo("0.008");
    assertThat(below.money("/remaining")).isEqualByComparingTo("0.002");
    assertThat(below.json().path("stop").booleanValue()).isFalse();
    assertThat(below.json().path("warnings")).isEmpty();

    Answer above = record("s1", event("e2", 4_001, 0));
    assertThat(above.money("/total_cost")).isEqualByComparingTo("0.012001");
    assertThat(above.money("/remaining")).isEqualByComparingTo("0");
    assertThat(above.json().path("stop").booleanValue()).isTrue();
    assertThat(above.json().path("stop_reason").asText()).isEqualTo("session_budget_reached");
    assertThat(warningTypes(above)).containsExactly("budget_exceeded");
    assertThat(above.json().at("/warnings/0/message").asText()).contains("0.012001", "0.01");

    Answer ended = client.post("/v1/sessions/s1/end", null);
    assertThat(ended.status()).as(ended.text()).isEqualTo(200);
    assertThat(ended.json().path("status").asText()).isEqualTo("ended");
    assertThat(ended.money("/total_cost")).isEqualByComparingTo("0.012001");
    assertThat(ended.json().path("steps").intValue()).isEqualTo(2);
    assertThat(ended.json().path("total_tokens").intValue()).isEqualTo(10_001);
    assertThat(warningTypes(ended)).containsExactly("budget_exceeded");

    assertThat(client.post("/v1/sessions/s1/end", "{}").text()).isEqualTo(ended.text());
    assertThat(client.get("/v1/sessions/s1").text()).isEqualTo(ended.text());
    assertMonth("0.012001", 0);
  }

  @Test
  void a_start_is_made_once() {
    Answer first = startSession("s2", "\"budget\": 1.50, \"tags\": {\"team\": \"blue\"}");
    assertThat(first.status()).isEqualTo(201);
    Answer again = startSession("s2", "\"tags\": {\"team\": \"blue\"}, \"budget\": 1.5");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.text()).isEqualTo(first.text());
    Answer other = startSession("s2", "\"budget\": 2");
    assertProblem(other, 409, "session_exists");

    Answer unnamed = client.post("/v1/sessions", "{}");
    assertThat(unnamed.status()).isEqualTo(201);
    assertThat(unnamed.json().path("session_id").asText()).isNotEmpty();
    assertThat(unnamed.json().path("customer_id").asText()).isEqualTo("default");
  }

  @Test
  void each_event_counts_once() {
    startSession("s3", "\"task\": \"once\"");
    assertThat(entry(record("s3", event("a", 10, 0)), 0).path("duplicate").booleanValue())
        .isFalse();
    Answer again = record("s3", event("a", 10, 0));
    assertThat(entry(again, 0).path("duplicate").booleanValue()).isTrue();
    assertThat(entry(again, 0).path("step").intValue()).isEqualTo(1);

    Answer batch = record("s3", batch(event("a", 10, 0), event("b", 20, 0), event("b", 20, 0)));
    assertThat(batch.json().path("events").findValuesAsText("duplicate"))
        .containsExactly("true", "false", "true");
    assertThat(batch.money("/total_cost")).isEqualByComparingTo("0.00003");

    Answer conflict = record("s3", batch(event("c", 1, 0), event("a", 11, 0)));
    assertProblem(conflict, 409, "event_conflict");
    assertThat(conflict.fields()).containsExactly("events[1].event_id");
    assertThat(client.get("/v1/sessions/s3").json().path("steps").intValue()).isEqualTo(2);
    assertMonth("0.00003", 1);
  }

  @Test
  void late_usage_counts_in_session_and_month_until_the_session_closes() {
    startSession("s4", "\"task\": \"late\"");
    record("s4", event("a", 100, 0));
    client.post("/v1/sessions/s4/end", null);

    Answer late = record("s4", event("b", 0, 100));
    assertThat(late.status()).as(late.text()).isEqualTo(200);
    assertThat(entry(late, 0).path("late").booleanValue()).isTrue();
    assertThat(late.money("/total_cost")).isEqualByComparingTo("0.0003");
    assertThat(client.post("/v1/sessions/s4/end", null).money("/total_cost"))
        .isEqualByComparingTo("0.0003");
    assertMonth("0.0003", 0);

    peras.clock().set(Instant.now().plusSeconds(3 * 86_400 + 60));
    assertProblem(record("s4", event("c", 0, 100)), 410, "session_closed");
  }

  @Test
  void a_model_without_a_price_is_refused_until_it_has_one() {
    startSession("s5", "\"task\": \"prices\"");
    ObjectNode event = event("a", 1_000_000, 0).put("model", "acme/new-1");
    Answer refused = record("s5", event);
    assertProblem(refused, 422, "unknown_model");
    assertThat(refused.fields()).containsExactly("model");
    assertThat(refused.text()).contains("acme/new-1", "/v1/prices/");
    assertProblem(client.post("/v1/sessions", "{\"model\": \"acme/new-1\"}"), 422, "unknown_model");
    assertProblem(client.get("/v1/prices/acme/new-1"), 404, "price_not_found");

    Answer set = client.put("/v1/prices/acme/new-1", "{\"input\": 0.25, \"output\": 1e0}");
    assertThat(set.status()).as(set.text()).isEqualTo(201);
    assertThat(record("s5", event).money("/total_cost")).isEqualByComparingTo("0.25");

    // A price holds for what comes after it; what was recorded stays as it was priced.
    assertThat(client.put("/v1/prices/acme/new-1", "{\"input\": 3, \"output\": 1}").status())
        .isEqualTo(200);
    assertThat(client.get("/v1/prices/acme/new-1").money("/input")).isEqualByComparingTo("3");
    ObjectNode next = event("b", 1_000_000, 0).put("model", "acme/new-1");
    assertThat(record("s5", next).money("/total_cost")).isEqualByComparingTo("3.25");
    assertThat(client.get("/v1/prices").json().path("prices").findValuesAsText("model"))
        .contains("acme/new-1", "plain");
    assertThat(client.get("/v1/sessions/s5/usage").json().path("events").get(0).at("/price/input"))
        .isEqualTo(Client.parse("0.25"));

    assertThat(client.delete("/v1/prices/acme/new-1").status()).isEqualTo(204);
    assertThat(client.delete("/v1/prices/acme/new-1").status()).isEqualTo(204);
    assertProblem(client.get("/v1/prices/acme/new-1"), 404, "price_not_found");
  }

  @Test
  void a_cap_stops_sessions_and_starts_until_it_is_raised() {
    Answer limits = setLimits("\"monthly_cap\": 1, \"alert_thresholds\": [\"50%\"]");
    assertThat(limits.status()).as(limits.text()).isEqualTo(200);
    assertThat(startSession("s6", "\"task\": \"cap\"").status()).isEqualTo(201);

    assertThat(record("s6", event("a", 499_999, 0)).json().at("/customer/state").asText())
        .isEqualTo("ok");
    assertThat(record("s6", event("b", 1, 0)).json().at("/customer/state").asText())
        .isEqualTo("alerting");
    Answer capped = record("s6", event("c", 700_000, 0));
    assertThat(capped.json().path("stop").booleanValue()).isTrue();
    assertThat(capped.json().path("stop_reason").asText()).isEqualTo("customer_cap_reached");
    JsonNode month = month();
    assertThat(month.path("state").asText()).isEqualTo("capped");
    assertThat(month.path("remaining").decimalValue()).isEqualByComparingTo("0");

    Answer refused = startSession("s7", "\"task\": \"cap\"");
    assertProblem(refused, 402, "customer_cap_reached");
    assertThat(refused.json().path("level").asText()).isEqualTo("customer");
    assertProblem(client.get("/v1/sessions/s7"), 404, "session_not_found");
    // The same start again is answered before the cap is looked at.
    assertThat(startSession("s6", "\"task\": \"cap\"").status()).isEqualTo(200);
    // What is spent is spent: it is recorded past the cap.
    assertThat(record("s6", event("d", 100_000, 0)).status()).isEqualTo(200);
    assertMonth("1.3", 1);

    setLimits("\"monthly_cap\": 1, \"on_cap\": \"alert\"");
    assertThat(startSession("s7", "\"task\": \"cap\"").status()).isEqualTo(201);
    setLimits("\"monthly_cap\": 2");
    assertThat(month().path("state").asText()).isEqualTo("ok");
    assertThat(record("s6", event("e", 1, 0)).json().path("stop").booleanValue()).isFalse();
  }

  @Test
  void a_customer_never_seen_has_the_deployments_limits() {
    JsonNode seen = client.get("/v1/customers/nobody").json();
    assertThat(seen.at("/limits/monthly_cap").isNull()).isTrue();
    assertThat(seen.at("/limits/alert_thresholds").toString()).isEqualTo("[200,\"80%\"]");
    try (var strict = LocalPeras.start(Map.of("DEFAULT_MONTHLY_CAP", "0"));
        var other = new Client(strict.baseUri())) {
      assertProblem(other.post("/v1/sessions", "{}"), 402, "customer_cap_reached");
    }
  }

  @Test
  void a_month_is_its_own() {
    peras.clock().set(Instant.parse("2031-01-31T22:30:00Z"));
    setLimits("\"time_zone\": \"Europe/Athens\"");
    startSession("s8", "\"task\": \"months\"");
    ObjectNode january =
        event("a", 1_000_000, 0).put("occurred_at", "2031-01-31T23:59:59.999+02:00");
    record("s8", january);
    record("s8", event("b", 2_000_000, 0));
    assertThat(month().path("period").asText()).isEqualTo("2031-02");
    assertMonth("2", 1);
    peras.clock().set(Instant.parse("2031-01-31T21:30:00Z"));
    assertThat(month().path("period").asText()).isEqualTo("2031-01");
    assertMonth("1", 1);
  }

  @Test
  void the_detectors_speak_up() {
    startSession("s9", "\"task\": \"detectors\"");
    record("s9", event("a", 10_000, 10).put("prompt", "again"));
    record("s9", event("b", 10_000, 10).put("prompt", "again"));
    assertThat(warningTypes(record("s9", event("c", 10_000, 10).put("prompt", "again"))))
        .containsExactly("retry_loop");
    assertThat(warningTypes(record("s9", event("d", 12_001, 10)))).containsExactly("context_bloat");
    assertThat(warningTypes(record("s9", event("e", 25_000, 10).put("tool_calls", 1))))
        .containsExactlyInAnyOrder("context_bloat", "token_acceleration");
    assertThat(warningTypes(record("s9", event("f", 130_000, 10))))
        .containsExactlyInAnyOrder("context_bloat", "token_acceleration", "tool_amplification");
    Answer ended = client.post("/v1/sessions/s9/end", null);
    assertThat(warningTypes(ended))
        .containsExactlyInAnyOrder(
            "retry_loop", "context_bloat", "token_acceleration", "tool_amplification");
    assertThat(ended.json().path("warnings").findValuesAsText("count"))
        .containsExactlyInAnyOrder("1", "3", "2", "1");
  }

  @Test
  void the_ledger_is_paged() {
    startSession("s10", "\"task\": \"ledger\"");
    for (int i = 0; i < 7; i++) {
      ObjectNode[] events = new ObjectNode[90];
      for (int k = 0; k < events.length; k++) {
        events[k] = event("e" + (i * 90 + k), 1, 0);
      }
      assertThat(record("s10", batch(events)).status()).isEqualTo(200);
    }
    List<JsonNode> steps = all("/v1/sessions/s10/usage?", "events", 500);
    assertThat(steps).hasSize(630);
    for (int i = 0; i < steps.size(); i++) {
      assertThat(steps.get(i).path("step").intValue()).isEqualTo(i + 1);
      assertThat(steps.get(i).path("event_id").asText()).isEqualTo("e" + i);
    }
  }

  @Test
  void sessions_are_paged() {
    for (int i = 0; i < 130; i++) {
      startSession("list-" + i, "\"task\": \"list\"");
      if (i % 10 == 0) {
        client.post("/v1/sessions/list-" + i + "/end", null);
      }
    }
    String own = "/v1/sessions?customer_id=" + customer + "&";
    assertThat(ids(all(own, "sessions", 100))).hasSize(130).doesNotHaveDuplicates();
    assertThat(ids(all(own + "status=open&", "sessions", 100))).hasSize(117).contains("list-1");
    assertThat(ids(all(own + "status=ended&", "sessions", 100))).hasSize(13).contains("list-0");
    assertThat(ids(all("/v1/sessions?", "sessions", Integer.MAX_VALUE)))
        .hasSizeGreaterThanOrEqualTo(130)
        .doesNotHaveDuplicates()
        .contains("list-0", "list-129");
  }

  private static List<String> ids(List<JsonNode> sessions) {
    return sessions.stream().map(session -> session.path("session_id").asText()).toList();
  }

  /** Every entry of a list, page by page. */
  private static List<JsonNode> all(String path, String name, int maxPage) {
    List<JsonNode> entries = new ArrayList<>();
    String next = path;
    while (true) {
      Answer page = client.get(next);
      assertThat(page.status()).as(page.text()).isEqualTo(200);
      assertThat(page.json().path(name).size()).isBetween(1, maxPage);
      page.json().path(name).forEach(entries::add);
      if (page.json().path("cursor").isNull()) {
        return entries;
      }
      next = path + "cursor=" + Client.encoded(page.json().path("cursor").asText());
    }
  }

  private Answer startSession(String id, String more) {
    return client.post(
        "/v1/sessions",
        "{\"session_id\": \"%s\", \"customer_id\": \"%s\", \"model\": \"plain\", %s}"
            .formatted(id, customer, more));
  }

  private Answer setLimits(String fields) {
    return client.put("/v1/customers/" + customer, "{" + fields + "}");
  }

  private JsonNode month() {
    return client.get("/v1/customers/" + customer).json().path("month");
  }

  private void assertMonth(String spent, int openSessions) {
    JsonNode month = month();
    assertThat(month.path("spent").decimalValue()).isEqualByComparingTo(new BigDecimal(spent));
    assertThat(month.path("open_sessions").intValue()).isEqualTo(openSessions);
  }

  private static Answer record(String sessionId, ObjectNode body) {
    return client.post("/v1/sessions/" + sessionId + "/usage", body.toString());
  }

  private static ObjectNode event(String id, int input, int output) {
    return Client.object()
        .put("event_id", id)
        .put("input_tokens", input)
        .put("output_tokens", output);
  }

  private static ObjectNode batch(ObjectNode... events) {
    ObjectNode batch = Client.object();
    var list = batch.putArray("events");
    for (ObjectNode event : events) {
      list.add(event);
    }
    return batch;
  }

  private static JsonNode entry(Answer answer, int index) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("events").path(index);
  }

  private static List<String> warningTypes(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("warnings").findValuesAsText("type");
  }

  private static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.contentType()).isEqualTo("application/problem+json");
    assertThat(answer.json().path("status").intValue()).isEqualTo(status);
    assertThat(answer.json().path("code").asText()).isEqualTo(code);
    assertThat(answer.json().path("title").asText()).isNotEmpty();
    assertThat(answer.json().path("detail").asText()).isNotEmpty();
  }
}
