package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.http.OpenApi;
import dev.peras.local.Client.Answer;
import dev.peras.local.OpenApiDocument.Operation;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every call answers as the document says, to the last field: here each one is made to succeed in
 * every way that is announced, and refused in every way.
 */
class OpenApiStoryTest {
  private final OpenApiDocument document = new OpenApiDocument(OpenApi.document());
  private final Set<String> seen = new TreeSet<>();

  @Test
  void every_answer_is_as_announced() {
    try (var peras = LocalPeras.start(Map.of());
        var client = new Client(peras.baseUri())) {
      new Story(peras, client).tell();
    }
    Set<String> announced = new TreeSet<>();
    for (Operation operation : document.operations()) {
      operation
          .node()
          .path("responses")
          .fieldNames()
          .forEachRemaining(status -> announced.add(operation.id() + " " + status));
    }
    // API Gateway refuses with these; and what is too much at once, no test can tell beforehand.
    announced.removeIf(answer -> answer.matches(".* (401|403|415|503)"));
    assertThat(seen).containsExactlyElementsOf(announced);
  }

  private final class Story {
    private final LocalPeras peras;
    private final Client client;

    Story(LocalPeras peras, Client client) {
      this.peras = peras;
      this.client = client;
    }

    void tell() {
      prices();
      webhooks();
      keys();
      telemetry();
      sessions();
      holds();
      customers();
      alerts();
      badRequests();
      closing();
    }

    private void prices() {
      call("putPrice", 201, "/v1/prices/acme/plain", "{'input': 1, 'output': 2}");
      String full =
          "{'input': 1, 'output': 2, 'reasoning': 3, 'tiers': [{'above_input_tokens': 200000,"
              + " 'input': 2, 'output': 4}], 'batch': {'input': 0.5, 'output': 1},"
              + " 'effective_from': '2026-01-01T00:00:00Z'}";
      call("putPrice", 200, "/v1/prices/acme/plain", full);
      call("putPrice", 201, "/v1/prices/acme/old", "{'input': 1, 'output': 2}");
      call("getPrice", 200, "/v1/prices/acme/plain", "");
      call("getPrice", 200, "/v1/prices/claude-sonnet-4-5", "");
      call("getPrice", 404, "/v1/prices/acme/none", "");
      call("listPrices", 200, "/v1/prices", "");
      call("deletePrice", 204, "/v1/prices/acme/old", "");
    }

    private void webhooks() {
      // Nothing listens there.
      String url = "'url': 'http://127.0.0.1:9/hook'";
      call("putWebhook", 201, "/v1/webhooks/hook", "{'format': 'standard', " + url + "}");
      call("putWebhook", 200, "/v1/webhooks/hook", "{'format': 'standard', " + url + "}");
      call("putWebhook", 201, "/v1/webhooks/chat", "{'format': 'slack', " + url + "}");
      String pager = "{'format': 'pagerduty', 'routing_key': 'key', " + url + "}";
      call("putWebhook", 201, "/v1/webhooks/pager", pager);
      call("getWebhook", 200, "/v1/webhooks/hook", "");
      call("getWebhook", 404, "/v1/webhooks/none", "");
      call("listWebhooks", 200, "/v1/webhooks", "");
      call("rotateSecret", 200, "/v1/webhooks/hook/rotate", "");
      call("rotateSecret", 404, "/v1/webhooks/none/rotate", "");
      call("testWebhook", 404, "/v1/webhooks/none/test", "");
      for (int i = 0; i < 47; i++) {
        call("putWebhook", 201, "/v1/webhooks/more-" + i, "{'format': 'teams', " + url + "}");
      }
      call("putWebhook", 409, "/v1/webhooks/more", "{'format': 'teams', " + url + "}");
      for (int i = 0; i < 47; i++) {
        call("deleteWebhook", 204, "/v1/webhooks/more-" + i, "");
      }
    }

    private void keys() {
      String full =
          "{'role': 'agent', 'customer_id': 'acme', 'expires_at': '2099-01-01T00:00:00Z'}";
      call("putKey", 201, "/v1/keys/exporter", "{'role': 'ingest'}");
      call("putKey", 200, "/v1/keys/exporter", full);
      call("getKey", 200, "/v1/keys/exporter", "");
      call("getKey", 404, "/v1/keys/none", "");
      call("rotateKey", 200, "/v1/keys/exporter/rotate", "");
      call("rotateKey", 404, "/v1/keys/none/rotate", "");
      call("deleteKey", 204, "/v1/keys/exporter", "");
    }

    private void telemetry() {
      for (String signal : new String[] {"Traces", "Logs", "Metrics"}) {
        call("otlp" + signal, 200, "/otlp/v1/" + signal.toLowerCase(Locale.ROOT), "{}");
      }
      call("litellmCallback", 200, "/v1/callbacks/litellm", "[]");
      call("listUnpriced", 200, "/v1/unpriced", "");
    }

    private void sessions() {
      String full =
          "{'session_id': 's', 'customer_id': 'acme', 'task': 'review', 'model': 'acme/plain',"
              + " 'budget': 0.2, 'detectors': {'retry_loop': {'steps': 2}}, 'tags': {'team': 'a'}}";
      call("startSession", 201, "/v1/sessions", full);
      call("startSession", 200, "/v1/sessions", full);
      call("startSession", 201, "/v1/sessions", "{}");
      call("startSession", 409, "/v1/sessions", "{'session_id': 's'}");
      call("startSession", 422, "/v1/sessions", "{'model': 'acme/none'}");

      String usage = "/v1/sessions/s/usage";
      String first = "{'event_id': 'e1', 'input_tokens': 10000, 'output_tokens': 10}";
      call("recordUsage", 200, usage, first);
      call("recordUsage", 200, usage, first);
      call("recordUsage", 409, usage, first.replace("10000", "10001"));
      String all =
          "{'event_id': 'e2', 'model': 'acme/plain', 'input_tokens': 60000, 'output_tokens': 20,"
              + " 'cache_read_tokens': 3, 'cache_write_tokens': 4, 'cache_write_1h_tokens': 5,"
              + " 'reasoning_tokens': 6, 'batch': true, 'tool_calls': 1, 'prompt': 'Why?',"
              + " 'result_hash': 'a', 'hold_id': 'h', 'tags': {'team': 'a'},"
              + " 'occurred_at': '2026-11-05T09:30:00Z'}";
      String third =
          "{'event_id': 'e3', 'input_tokens': 360000, 'output_tokens': 20, 'prompt': 'Why?',"
              + " 'result_hash': 'a', 'cost': 0.3}";
      Answer warned = call("recordUsage", 200, usage, "{'events': [" + all + "," + third + "]}");
      assertThat(warned.json().path("warnings").findValuesAsText("type"))
          .contains("budget_exceeded", "retry_loop", "context_bloat", "token_acceleration")
          .contains("tool_amplification");
      call("recordUsage", 404, "/v1/sessions/none/usage", first);

      call("getSession", 200, "/v1/sessions/s", "");
      call("getSession", 404, "/v1/sessions/none", "");
      call("listSessions", 200, "/v1/sessions?customer_id=acme&status=open", "");
      call("getLedger", 200, usage, "");
      call("getLedger", 404, "/v1/sessions/none/usage", "");
    }

    private void holds() {
      call("startSession", 201, "/v1/sessions", "{'session_id': 'h', 'budget': 1}");
      String holds = "/v1/sessions/h/holds";
      call("hold", 201, holds, "{'hold_id': 'a', 'amount': 0.5, 'ttl_seconds': 60}");
      String byCall =
          "{'hold_id': 'b', 'model': 'acme/plain', 'input_tokens': 9, 'max_output_tokens': 9}";
      call("hold", 201, holds, byCall);
      call("hold", 409, holds, "{'hold_id': 'a', 'amount': 0.4}");
      call("hold", 402, holds, "{'hold_id': 'c', 'amount': 0.5}");
      call("hold", 404, "/v1/sessions/none/holds", "{'hold_id': 'c', 'amount': 0.5}");
      call("releaseHold", 204, holds + "/a", "");
      call("releaseHold", 404, "/v1/sessions/none/holds/a", "");
      call("endSession", 200, "/v1/sessions/s/end", "");
      call("endSession", 404, "/v1/sessions/none/end", "");
      String late =
          "{'event_id': 'late', 'model': 'acme/plain', 'input_tokens': 1, 'output_tokens': 1}";
      call("recordUsage", 200, "/v1/sessions/s/usage", late);
    }

    private void customers() {
      String limits =
          "{'monthly_cap': 1, 'alert_thresholds': [0.2, '80%'], 'on_cap': 'block',"
              + " 'plan_price': 5, 'time_zone': 'Europe/Athens', 'idle_timeout_minutes': 30}";
      call("putCustomer", 200, "/v1/customers/acme", limits);
      call("getCustomer", 200, "/v1/customers/acme", "");
      call("getCustomer", 200, "/v1/customers/unseen", "");
      call("getAdmission", 200, "/v1/customers/acme/admission", "");
      String topUp = "{'top_up_id': 't', 'amount': 0.5, 'reason': 'launch week'}";
      call("topUp", 201, "/v1/customers/acme/top-ups", topUp);
      call("topUp", 200, "/v1/customers/acme/top-ups", topUp);
      call("topUp", 409, "/v1/customers/acme/top-ups", topUp.replace("0.5", "0.6"));
      call("startSession", 201, "/v1/sessions", "{'session_id': 'd', 'customer_id': 'acme'}");
      String dear =
          "{'event_id': 'e', 'model': 'acme/plain', 'input_tokens': 0, 'output_tokens': 0, 'cost':"
              + " 2}";
      call("recordUsage", 200, "/v1/sessions/d/usage", dear);
      call("startSession", 402, "/v1/sessions", "{'customer_id': 'acme'}");
      Answer refused = call("getAdmission", 200, "/v1/customers/acme/admission?amount=1", "");
      assertThat(refused.json().path("allowed").booleanValue()).isFalse();
      call("getReport", 200, "/v1/customers/acme/report", "");
      call("listCustomers", 200, "/v1/customers?state=capped", "");
      call("listCustomers", 200, "/v1/customers", "");
    }

    private void alerts() {
      Answer test = call("testWebhook", 202, "/v1/webhooks/hook/test", "");
      assertThat(client.post("/_local/invoke/DeliverWebhooksFunction", "{}").status())
          .isEqualTo(200);
      Answer alerts = call("listAlerts", 200, "/v1/alerts", "");
      assertThat(alerts.json().path("alerts").findValuesAsText("type"))
          .contains("customer.threshold_reached", "customer.capped", "session.budget_exceeded");
      call("listAlerts", 200, "/v1/alerts?customer_id=acme", "");
      String id = test.json().path("alert_id").textValue();
      call("redeliverAlert", 202, "/v1/alerts/" + id + "/redeliver", "");
      call("redeliverAlert", 404, "/v1/alerts/none/redeliver", "");
      call("deleteWebhook", 204, "/v1/webhooks/hook", "");
      call("getOpenApi", 200, "/v1/openapi.json", "");
    }

    /**
     * What every call refuses: an unknown parameter, and with a body what is no object, or long.
     */
    private void badRequests() {
      for (Operation operation : document.operations()) {
        String path = operation.path().replaceAll("\\{\\w+}", "x");
        call(operation.id(), 422, path + "?zz=1", "");
        if (operation.node().has("requestBody")) {
          // Telemetry is longer than what people write, and a gateway's may be a list.
          boolean isTelemetry = operation.node().path("responses").has("415");
          int most = isTelemetry ? 4_000_000 : 1_000_000;
          call(operation.id(), 400, path, isTelemetry ? "{" : "[]");
          call(operation.id(), 413, path, "{" + " ".repeat(most) + "}");
        }
      }
    }

    private void closing() {
      peras.clock().set(peras.clock().instant().plus(Duration.ofDays(4)));
      String event =
          "{'event_id': 'x', 'model': 'acme/plain', 'input_tokens': 1, 'output_tokens': 1}";
      call("recordUsage", 410, "/v1/sessions/s/usage", event);
    }

    /**
     * Makes a call, whose body may have single quotes, and holds the answer against the document.
     */
    private Answer call(String id, int status, String path, String body) {
      Operation operation = document.operation(id);
      Answer answer = client.send(operation.method(), path, body.replace('\'', '"'));
      assertThat(answer.status()).as("%s %s: %s", operation, path, answer.text()).isEqualTo(status);
      document.check(operation, answer);
      seen.add(id + " " + status);
      return answer;
    }
  }
}
