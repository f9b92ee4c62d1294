package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Policies grant what the functions need and nothing more: here every call is made on every path
 * that asks the table for something else.
 *
 * <p>Who adds a call adds it here, too, or its function has a permission that nothing uses.
 */
class PoliciesTest {
  /** A start judges what a crash left unjudged, which no path over HTTP brings about. */
  private static final Map<String, Set<String>> AFTER_A_CRASH =
      Map.of(
          "StartSessionFunction",
          Set.of(
              "dynamodb:BatchGetItem on Table.Arn",
              "dynamodb:DeleteItem on Table.Arn",
              "dynamodb:Query on Table.Arn"));

  @Test
  void every_function_has_the_permissions_that_it_uses_and_no_others() {
    try (var peras = LocalPeras.start(Map.of());
        var http = new LocalClient(peras.baseUri())) {
      new EveryPath(peras, http).go();

      Map<String, Set<String>> used = new TreeMap<>();
      peras
          .usedPermissions()
          .forEach((function, permissions) -> used.put(function, names(permissions)));
      AFTER_A_CRASH.forEach((function, permissions) ->
          used.merge(
              function,
              permissions,
              (seen, unseen) -> {
                Set<String> all = new TreeSet<>(seen);
                all.addAll(unseen);
                return all;
              }));
      Map<String, Set<String>> granted = new TreeMap<>();
      Template.load()
          .functions()
          .forEach(
              function -> granted.put(function.name(), names(Set.copyOf(function.permissions()))));
      assertThat(used).isEqualTo(granted);
    }
  }

  private static Set<String> names(Set<Template.Permission> permissions) {
    return permissions.stream()
        .map(permission -> permission.action() + " on " + permission.resource())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private record EveryPath(LocalPeras peras, LocalClient http) {
    void go() {
      // Nobody listens there; what is alerted below is to go there.
      ok(http.put("/v1/webhooks/w", "{'url':'http://127.0.0.1:9/','format':'standard'}"));

      ok(http.put("/v1/prices/acme/new", "{'input':1,'output':2}"));
      ok(http.get("/v1/prices/acme/new"));
      ok(http.get("/v1/prices"));

      // A call that waits for its price.
      ok(telemetry("waiting", "waiting", "acme/later", 1));
      assertThat(ok(http.get("/v1/unpriced")).path("unpriced")).hasSize(1);
      ok(http.put("/v1/prices/acme/later", "{'input':1,'output':2}"));
      assertThat(ok(http.get("/v1/unpriced")).path("unpriced")).isEmpty();

      ok(http.put("/v1/keys/k", "{'role':'agent'}"));
      ok(http.get("/v1/keys/k"));
      ok(http.delete("/v1/keys/k"));

      // Far from any limit.
      String far = start("far", "'model':'acme/new','session_id':'far'");
      ok(http.post("/v1/sessions", "{'customer_id':'far','model':'acme/new','session_id':'far'}"));
      ok(use(far, "e", "1"));
      ok(use(far, "e", "1"));
      ok(http.get("/v1/sessions"));
      ok(http.get("/v1/sessions?customer_id=far"));
      ok(http.get("/v1/sessions/far"));
      ok(http.get("/v1/sessions/far/usage"));
      ok(http.delete("/v1/sessions/far/holds/never"));

      // Near a cap, with slack to pull back, and past it.
      ok(http.put("/v1/customers/near", "{'monthly_cap':10}"));
      String one = start("near", "'session_id':'one'");
      String two = start("near", "'session_id':'two'");
      for (int i = 0; i < 5; i++) {
        ok(use(one, "e" + i, "0.1"));
        ok(use(two, "e" + i, "0.1"));
      }
      ok(hold(one, "h", "8"));
      assertThat(hold(two, "h", "2").status()).isEqualTo(402);
      ok(http.delete("/v1/sessions/one/holds/h"));
      ok(use(two, "more", "0.3"));
      ok(http.put("/v1/customers/near", "{'monthly_cap':5}"));
      ok(http.post("/v1/customers/near/top-ups", "{'top_up_id':'t','amount':1}"));
      ok(http.post("/v1/customers/fresh/top-ups", "{'top_up_id':'t','amount':1}"));
      ok(use(two, "last", "5"));
      assertThat(http.post("/v1/sessions", "{'customer_id':'near'}").status()).isEqualTo(402);
      ok(http.get("/v1/customers/near"));
      ok(http.get("/v1/customers/near/admission"));
      ok(http.get("/v1/customers/near/report"));
      assertThat(ok(http.get("/v1/customers")).path("customers")).isNotEmpty();

      // Limits that come down on what is claimed and not spent.
      ok(http.put("/v1/customers/slack", "{'monthly_cap':10}"));
      String slack = start("slack", "'session_id':'slack'");
      for (int i = 0; i < 5; i++) {
        ok(use(slack, "e" + i, "0.1"));
      }
      ok(http.put("/v1/customers/slack", "{'monthly_cap':0.7}"));
      ok(telemetry("opened", "opened", "gpt-4o", 1));

      // Telemetry that crosses a threshold while another session has claimed ahead.
      ok(http.put("/v1/customers/pulled", "{'monthly_cap':10}"));
      for (String session : new String[] {"ahead", "pulls"}) {
        start("pulled", "'session_id':'" + session + "'");
        for (int i = 0; i < 5; i++) {
          ok(use(session, "e" + i, "0.1"));
        }
      }
      ok(telemetry("pulls", "pulled", "gpt-4o", 750_000));

      // At risk: what is held is past a threshold, what is spent is not.
      ok(http.put("/v1/customers/risk", "{'monthly_cap':10}"));
      ok(hold(start("risk", "'session_id':'risk'"), "h", "9"));
      assertThat(ok(http.sweep()).path("at_risk").asInt()).isPositive();

      ok(http.post("/v1/sessions/far/end", "{}"));
      ok(use(far, "late", "1"));
      passes(Duration.ofHours(2));
      assertThat(ok(http.sweep()).path("sessions_closed").asInt()).isEqualTo(8);

      // What has been alerted meanwhile.
      ok(http.get("/v1/webhooks"));
      ok(http.get("/v1/webhooks/w"));
      ok(http.post("/v1/webhooks/w/rotate", "{}"));
      ok(http.post("/v1/webhooks/w/test", "{}"));
      ok(http.post("/_local/invoke/DeliverWebhooksFunction", "{}"));
      assertThat(ok(http.get("/v1/alerts?customer_id=near")).path("alerts")).isNotEmpty();
      String alert = ok(http.get("/v1/alerts")).at("/alerts/0/alert_id").asText();
      ok(http.post("/v1/alerts/" + alert + "/redeliver", "{}"));
      ok(http.post("/_local/invoke/DeliverWebhooksFunction", "{}"));
      ok(http.delete("/v1/webhooks/w"));

      // The next month, which a session opens by its usage.
      String long_ = start("far", "'session_id':'long'");
      passes(Duration.ofDays(29));
      ok(use(long_, "e", "1"));
      passes(Duration.ofDays(2));
      http.sweep();
      ok(http.delete("/v1/prices/acme/new"));
    }

    /** A span of a call with so many tokens of output. */
    private LocalClient.Answer telemetry(
        String session, String customer, String model, int tokens) {
      return http.post(
          "/otlp/v1/traces",
          ("{'resourceSpans':[{'resource':{'attributes':["
                  + "{'key':'session.id','value':{'stringValue':'%1$s'}},"
                  + "{'key':'peras.customer_id','value':{'stringValue':'%2$s'}}]},"
                  + "'scopeSpans':[{'spans':[{'spanId':'00f067aa0ba902b7','attributes':["
                  + "{'key':'gen_ai.operation.name','value':{'stringValue':'chat'}},"
                  + "{'key':'gen_ai.request.model','value':{'stringValue':'%3$s'}},"
                  + "{'key':'gen_ai.response.id','value':{'stringValue':'%1$s-%3$s'}},"
                  + "{'key':'gen_ai.usage.input_tokens','value':{'intValue':0}},"
                  + "{'key':'gen_ai.usage.output_tokens','value':{'intValue':%4$d}}]}]}]}]}")
              .formatted(session, customer, model, tokens));
    }

    private String start(String customer, String fields) {
      return ok(http.post("/v1/sessions", "{'customer_id':'" + customer + "'," + fields + "}"))
          .path("session_id")
          .asText();
    }

    private LocalClient.Answer use(String session, String event, String cost) {
      return http.post(
          "/v1/sessions/" + session + "/usage",
          "{'event_id':'%s','input_tokens':0,'output_tokens':0,'cost':%s}".formatted(event, cost));
    }

    private LocalClient.Answer hold(String session, String hold, String amount) {
      return http.post(
          "/v1/sessions/" + session + "/holds",
          "{'hold_id':'%s','amount':%s}".formatted(hold, amount));
    }

    private static JsonNode ok(LocalClient.Answer answer) {
      assertThat(answer.status()).as(answer.text()).isBetween(200, 204);
      return answer.json();
    }

    private void passes(Duration time) {
      peras.clock().set(peras.clock().instant().plus(time));
    }
  }
}
