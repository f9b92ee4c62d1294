package dev.peras.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sample events told in an order that makes sense, from a customer's limits to the sweep: each
 * is answered as it should be.
 *
 * <p>What the template has and the story does not mention comes at its end, and must succeed.
 */
final class Story {
  private final Deployment deployment;
  private final RunningFunctions functions;
  private final Map<String, Deployment.Trigger> untold = new LinkedHashMap<>();

  private Story(Deployment deployment, RunningFunctions functions) {
    this.deployment = deployment;
    this.functions = functions;
    deployment.triggers().forEach(trigger -> untold.put(trigger.toString(), trigger));
  }

  static void tell(Deployment deployment, RunningFunctions functions) {
    new Story(deployment, functions).tell();
  }

  private void tell() {
    JsonNode limits = http("CustomersFunction PutCustomer", 200);
    assertThat(limits.at("/month/cap").asText()).isEqualTo("250");
    JsonNode price = http("PricesFunction PutPrice", 201);
    assertThat(price.path("source").asText()).isEqualTo("override");

    JsonNode started = http("StartSessionFunction StartSession", 201);
    assertThat(started.path("status").asText()).isEqualTo("open");
    assertThat(http("StartSessionFunction StartSession", 200)).isEqualTo(started);

    JsonNode hold = http("RecordUsageFunction Hold", 201);
    assertThat(hold.path("amount").decimalValue()).isEqualByComparingTo("0.009");
    JsonNode recorded = http("RecordUsageFunction RecordUsage", 200);
    assertThat(recorded.path("total_cost").decimalValue()).isEqualByComparingTo("0.00408");
    assertThat(recorded.path("held").decimalValue()).isEqualByComparingTo("0");
    JsonNode again = http("RecordUsageFunction RecordUsage", 200);
    assertThat(again.at("/events/0/duplicate").asBoolean()).isTrue();
    assertThat(again.path("total_cost")).isEqualTo(recorded.path("total_cost"));
    http("RecordUsageFunction ReleaseHold", 204);

    JsonNode read = http("ReadSessionsFunction GetSession", 200);
    assertThat(read.path("steps").asInt()).isEqualTo(1);
    assertThat(http("ReadSessionsFunction GetLedger", 200).findValuesAsText("event_id"))
        .containsExactly("call-1");
    assertThat(http("ReadSessionsFunction ListSessions", 200).findValuesAsText("session_id"))
        .containsExactly("session-1");
    JsonNode unmatched = http("ReadSessionsFunction Unmatched", 404);
    assertThat(unmatched.path("code").asText()).isEqualTo("not_found");

    assertThat(http("EndSessionFunction EndSession", 200).path("status").asText())
        .isEqualTo("ended");

    http("CustomersFunction TopUp", 201);
    JsonNode customer = http("CustomersFunction GetCustomer", 200);
    assertThat(customer.at("/month/spent").decimalValue()).isEqualByComparingTo("0.00408");
    assertThat(customer.at("/month/cap").decimalValue()).isEqualByComparingTo("300");
    assertThat(http("CustomersFunction ListCustomers", 200).findValuesAsText("customer_id"))
        .contains("acme");
    JsonNode admission = http("CustomersFunction GetAdmission", 200);
    assertThat(admission.path("allowed").asBoolean()).isTrue();
    JsonNode report = http("CustomersFunction GetReport", 200);
    assertThat(report.path("total_cost").decimalValue()).isEqualByComparingTo("0.00408");

    JsonNode inForce = http("PricesFunction GetPrice", 200);
    assertThat(inForce.path("input")).isEqualTo(price.path("input"));
    assertThat(inForce.at("/match/by/0").asText()).isEqualTo("override");
    assertThat(http("PricesFunction ListPrices", 200).findValuesAsText("model"))
        .containsExactly("acme/own-model");
    http("PricesFunction DeletePrice", 204);

    JsonNode swept = event("BudgetSweepFunction Every15Minutes");
    assertThat(swept.path("finished").asBoolean()).isTrue();
    assertThat(swept.path("failed").asInt()).isZero();

    JsonNode endpoint = http("ManageWebhooksFunction PutWebhook", 201);
    assertThat(endpoint.path("secret").asText()).startsWith("whsec_");
    http("ManageWebhooksFunction GetWebhook", 200);
    assertThat(http("ManageWebhooksFunction RotateSecret", 200).path("secret"))
        .isNotEqualTo(endpoint.path("secret"));
    http("ManageWebhooksFunction TestWebhook", 202);
    // Nobody listens there, so the alert waits for another attempt.
    assertThat(event("DeliverWebhooksFunction EveryMinute").path("failed").asInt()).isEqualTo(1);
    assertThat(event("DeliverWebhooksFunction NewAlerts").path("faults").asInt()).isZero();
    http("ManageWebhooksFunction ListAlerts", 200);
    JsonNode unknown = http("ManageWebhooksFunction RedeliverAlert", 404);
    assertThat(unknown.path("code").asText()).isEqualTo("alert_not_found");
    http("ManageWebhooksFunction DeleteWebhook", 204);

    for (String change : List.of("PutKey", "RotateKey")) {
      HttpAnswer answer = HttpAnswer.of(functions.call(told("ManageKeysFunction " + change)));
      assertThat(answer.status()).as("%s: %s", change, answer.body()).isBetween(200, 299);
    }

    for (Deployment.Trigger trigger : new ArrayList<>(untold.values())) {
      if (trigger.type().equals("HttpApi")) {
        HttpAnswer answer = HttpAnswer.of(functions.call(trigger));
        assertThat(answer.status()).as("%s: %s", trigger, answer.body()).isBetween(200, 299);
      } else {
        JsonNode result = event(trigger.toString());
        assertThat(result).as(trigger.toString()).isNotNull();
      }
    }
  }

  private JsonNode http(String trigger, int status) {
    HttpAnswer answer = HttpAnswer.of(functions.call(told(trigger)));
    assertThat(answer.status()).as("%s: %s", trigger, answer.body()).isEqualTo(status);
    if (status != 204) {
      assertThat(answer.contentType())
          .isEqualTo(status < 400 ? "application/json" : "application/problem+json");
    }
    return answer.body();
  }

  private JsonNode event(String trigger) {
    RuntimeApi.Answer answer = functions.call(told(trigger));
    assertThat(answer.isError()).as("%s: %s", trigger, answer.payload()).isFalse();
    return HttpAnswer.parse(answer.payload());
  }

  private Deployment.Trigger told(String name) {
    untold.remove(name);
    List<Deployment.Trigger> found =
        deployment.triggers().stream().filter(t -> t.toString().equals(name)).toList();
    assertThat(found).as("template.yaml has " + name).hasSize(1);
    return found.getFirst();
  }
}
