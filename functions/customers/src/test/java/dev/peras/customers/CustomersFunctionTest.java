package dev.peras.customers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.Settings;
import dev.peras.app.TestServices;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.store.HoldRequest;
import dev.peras.store.StartRequest;
import dev.peras.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomersFunctionTest {
  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final Services peras = TestServices.create(clock);
  private final CustomersFunction function = new CustomersFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @Test
  void a_customer_never_seen_has_the_defaults() {
    assertThat(http.get("/v1/customers/new").text())
        .isEqualTo(
            ("{'customer_id':'new','limits':{'monthly_cap':null,'alert_thresholds':[200,'80%'],"
                    + "'on_cap':'block','plan_price':null,'time_zone':'UTC',"
                    + "'idle_timeout_minutes':60},'month':{'period':'2026-11','spent':0,'exact':true,"
                    + "'claimed':0,'held':0,'holds':0,'cap':null,'remaining':null,'state':'ok',"
                    + "'open_sessions':0,'blocked':false,'projected':0}}")
                .replace('\'', '"'));
  }

  @Test
  void put_replaces() {
    put("{'monthly_cap':100.50,'on_cap':'alert','plan_price':9,'alert_thresholds':[5,'7.5%']}");

    TestHttp.Answer answer = put("{'monthly_cap':0}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("limits").toString())
        .isEqualTo(
            ("{'monthly_cap':0,'alert_thresholds':[200,'80%'],'on_cap':'block','plan_price':null,"
                    + "'time_zone':'UTC','idle_timeout_minutes':60}")
                .replace('\'', '"'));
    assertThat(answer.json().path("month").path("state").asText()).isEqualTo("capped");
    assertThat(http.get("/v1/customers/c").text()).isEqualTo(answer.text());
  }

  @Test
  void refuses_bad_limits_and_names() {
    assertThat(put("{'monthly_cap':-1,'on_cap':5,'x':1}").faultyFields())
        .containsExactly("monthly_cap", "on_cap", "x");
    assertThat(http.put("/v1/customers/a%20b", "{}").faultyFields()).containsExactly("customer_id");
    assertThat(http.get("/v1/customers/c?period=2026-11").faultyFields()).containsExactly("period");
  }

  @Test
  void tops_up_once() {
    put("{'monthly_cap':10}");
    TestServices.start(peras, "s", "c", null);
    spend("s", "10");
    assertThat(state()).isEqualTo("capped");

    TestHttp.Answer first = topUp("{'top_up_id':'t','amount':2.50,'reason':'A release'}");
    TestHttp.Answer again = topUp("{'reason':'A release','amount':25e-1,'top_up_id':'t'}");

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.text())
        .isEqualTo(
            ("{'customer_id':'c','limits':{'monthly_cap':10,'alert_thresholds':[200,'80%'],"
                    + "'on_cap':'block','plan_price':null,'time_zone':'UTC',"
                    + "'idle_timeout_minutes':60},'month':{'period':'2026-11','spent':10,'exact':true,"
                    + "'claimed':10,'held':0,'holds':0,'cap':12.5,'remaining':2.5,'state':'alerting',"
                    + "'open_sessions':1,'blocked':false,'projected':13.333333},'top_up':{'top_up_id':'t','amount':2.5,'reason':'A"
                    + " release'}}")
                .replace('\'', '"'));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.text()).isEqualTo(first.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'top_up_id':'t','amount':2}",
        "{'top_up_id':'t','amount':1.000000000001,'reason':'r'}"
      })
  void another_top_up_under_its_name_is_a_conflict(String other) {
    topUp("{'top_up_id':'t','amount':1,'reason':'r'}");

    TestHttp.Answer answer = topUp(other);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("top_up_exists");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{}; top_up_id,amount",
        "{'top_up_id':'a b','amount':1}; top_up_id",
        "{'top_up_id':'t','amount':0}; amount",
        "{'top_up_id':'t','amount':-1}; amount",
        "{'top_up_id':'t','amount':1e-13}; amount",
        "{'top_up_id':'t','amount':1e12}; amount",
        "{'top_up_id':'t','amount':'1'}; amount",
        "{'top_up_id':'t','amount':1,'reason':''}; reason",
        "{'top_up_id':'t','amount':1,'reason':7}; reason",
        "{'top_up_id':'t','amount':1,'period':'2026-12'}; period"
      })
  void refuses_bad_top_ups(String body, String fields) {
    put("{'monthly_cap':10}");

    TestHttp.Answer answer = topUp(body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(String.join(",", answer.faultyFields())).isEqualTo(fields);
    assertThat(month().path("cap").asText()).isEqualTo("10");
  }

  @Test
  void a_top_up_ends_with_its_month() {
    put("{'monthly_cap':10}");
    topUp("{'top_up_id':'t','amount':5}");
    assertThat(month().path("cap").asText()).isEqualTo("15");

    clock.set("2026-12-01T00:00:00Z");

    assertThat(month().path("cap").asText()).isEqualTo("10");
    assertThat(topUp("{'top_up_id':'t','amount':5}").status()).isEqualTo(200);
    assertThat(month().path("cap").asText()).isEqualTo("10");
  }

  @Test
  void admits_what_the_month_can_pay() {
    put("{'monthly_cap':10}");
    TestServices.start(peras, "s", "c", null);
    spend("s", "7.5");

    assertThat(admission("?amount=2.50").text())
        .isEqualTo(
            ("{'allowed':true,'customer_id':'c','period':'2026-11','amount':2.5,'spent':7.5,"
                    + "'held':0,'holds':0,'cap':10,'remaining':2.5,'state':'ok'}")
                .replace('\'', '"'));
    assertThat(admission("?amount=2.51").text())
        .isEqualTo(
            ("{'allowed':false,'code':'customer_cap_reached','level':'customer',"
                    + "'customer_id':'c','period':'2026-11','amount':2.51,'spent':7.5,"
                    + "'held':0,'holds':0,'cap':10,'remaining':2.5,'state':'ok'}")
                .replace('\'', '"'));
    spend("s", "2.5");
    assertThat(admission("").json().path("allowed").asBoolean()).isFalse();
    put("{'monthly_cap':10,'on_cap':'alert'}");
    assertThat(admission("?amount=1000").json().path("allowed").asBoolean()).isTrue();
  }

  @Test
  void holds_narrow_admission() {
    put("{'monthly_cap':10}");
    TestServices.start(peras, "s", "c", null);
    peras
        .sessions()
        .hold(
            "s",
            new HoldRequest("h", Usd.of("9"), null, null, Duration.ofMinutes(10), Hash.of("h")));

    assertThat(admission("?amount=1").json().path("allowed").asBoolean()).isTrue();
    TestHttp.Answer refused = admission("?amount=1.01");
    assertThat(refused.json().path("allowed").asBoolean()).isFalse();
    assertThat(refused.json().path("held").asText()).isEqualTo("9");
  }

  @Test
  void a_customer_without_a_cap_is_always_admitted() {
    TestHttp.Answer answer = http.get("/v1/customers/new/admission?amount=1000000000");

    assertThat(answer.json().path("allowed").asBoolean()).isTrue();
    assertThat(answer.json().path("cap").isNull()).isTrue();
    assertThat(answer.json().path("remaining").isNull()).isTrue();
  }

  @Test
  void L02_a_customer_never_seen_is_admitted_by_the_deployments_cap_only() {
    Services capped =
        TestServices.create(clock, Settings.fromEnvironment(Map.of("DEFAULT_MONTHLY_CAP", "5")));
    CustomersFunction other = new CustomersFunction(capped);
    TestHttp http = new TestHttp(event -> other.handleRequest(event, TestContext.NONE));

    assertThat(http.get("/v1/customers/new/admission?amount=5").text())
        .contains("\"allowed\":true");
    assertThat(http.get("/v1/customers/new/admission?amount=5.01").text())
        .contains("\"allowed\":false");
  }

  @Test
  void the_meter_shows_every_customer_of_a_month() {
    http.put("/v1/customers/anna", "{\"monthly_cap\":1}");
    TestServices.start(peras, "a", "anna", null);
    spend("a", "1");
    TestServices.start(peras, "b", "ben", null);
    spend("b", "0.5");
    peras.sessions().end("b");

    TestHttp.Answer all = http.get("/v1/customers");

    assertThat(all.json().path("cursor").isNull()).isTrue();
    assertThat(all.json().path("customers").findValuesAsText("customer_id"))
        .containsExactlyInAnyOrder("anna", "ben");
    assertThat(all.text())
        .contains(
            ("{'customer_id':'anna','period':'2026-11','settled':0,'claimed':1,"
                    + "'state':'capped','open_sessions':1,'ended_sessions':0,'spent':null,"
                    + "'cap':1}")
                .replace('\'', '"'),
            ("{'customer_id':'ben','period':'2026-11','settled':0.5,'claimed':0.5,'state':'ok',"
                    + "'open_sessions':0,'ended_sessions':1,'spent':0.5,'cap':null}")
                .replace('\'', '"'));
    assertThat(listed("?state=capped")).containsExactly("anna");
    assertThat(listed("?state=ok&period=2026-11")).containsExactly("ben");
    assertThat(listed("?state=alerting")).isEmpty();
    assertThat(listed("?period=2026-10")).isEmpty();
    clock.set("2026-12-01T00:00:00Z");
    assertThat(listed("")).isEmpty();
    assertThat(listed("?period=2026-11")).hasSize(2);
  }

  @Test
  void the_meter_comes_page_by_page() {
    for (int i = 0; i < 250; i++) {
      TestServices.start(peras, "s" + i, "c" + i, null);
    }

    List<String> listed = new ArrayList<>();
    String cursor = null;
    do {
      TestHttp.Answer page =
          http.get("/v1/customers?period=2026-11" + (cursor == null ? "" : "&cursor=" + cursor));
      listed.addAll(page.json().path("customers").findValuesAsText("customer_id"));
      cursor = page.json().path("cursor").textValue();
    } while (cursor != null);

    assertThat(listed).hasSize(250).doesNotHaveDuplicates();
  }

  @Test
  void reports_what_a_month_went_into() {
    put("{'plan_price':49.99}");
    start("s1", "review");
    start("s2", null);
    record("s1", "a", 1000, 500, null);
    record("s1", "b", 1000, 500, null);
    spend("s2", "0.25");
    peras.sessions().end("s1");

    TestHttp.Answer answer = http.get("/v1/customers/c/report?period=2026-11");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo(
            ("{'customer_id':'c','period':'2026-11','total_cost':0.254,'sessions':2,'tokens':"
                    + "{'input_tokens':2000,'output_tokens':1000,'cache_read_tokens':0,"
                    + "'cache_write_tokens':0,'cache_write_1h_tokens':0,'reasoning_tokens':0},"
                    + "'by_model':{'test-model':{'steps':2,'cost':0.004,'input_tokens':2000,"
                    + "'output_tokens':1000,'cache_read_tokens':0,'cache_write_tokens':0,"
                    + "'cache_write_1h_tokens':0,'reasoning_tokens':0},'unnamed':{'steps':1,"
                    + "'cost':0.25,'input_tokens':0,'output_tokens':0,'cache_read_tokens':0,"
                    + "'cache_write_tokens':0,'cache_write_1h_tokens':0,'reasoning_tokens':0}},"
                    + "'by_task':{'':0.25,'review':0.004},'warnings':{'budget_exceeded':0,"
                    + "'retry_loop':0,'context_bloat':0,'token_acceleration':0,"
                    + "'tool_amplification':0,'velocity':0,'call_without_usage':0},'calls_without_usage':0,'top_sessions':[{'session_id':'s2','task':null,"
                    + "'cost':0.25},{'session_id':'s1','task':'review','cost':0.004}],"
                    + "'plan_price':49.99,'margin':49.736}")
                .replace('\'', '"'));
    assertThat(http.get("/v1/customers/c/report").text()).isEqualTo(answer.text());
  }

  @Test
  void reports_a_loss_and_counts_warnings() {
    put("{'plan_price':0.5}");
    TestServices.start(peras, "s", "c");
    spend("s", "1.5");

    TestHttp.Answer answer = http.get("/v1/customers/c/report");

    assertThat(answer.json().path("margin").asText()).isEqualTo("-1");
    assertThat(answer.json().path("warnings").path("budget_exceeded").asInt()).isEqualTo(1);
  }

  @Test
  void an_empty_month_has_a_report_too() {
    TestHttp.Answer answer = http.get("/v1/customers/new/report?period=2025-01");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("sessions").asInt()).isZero();
    assertThat(answer.json().path("top_sessions")).isEmpty();
    assertThat(answer.json().path("margin").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/customers?state=blocked, state",
    "/v1/customers?state=, state",
    "/v1/customers?period=2026-13, period",
    "/v1/customers?period=11-2026, period",
    "/v1/customers?cursor=, cursor",
    "/v1/customers?cursor=MEB4CmM, cursor",
    "/v1/customers?customer_id=c, customer_id",
    "/v1/customers/c/admission?amount=-1, amount",
    "/v1/customers/c/admission?amount=, amount",
    "/v1/customers/c/admission?amount=ten, amount",
    "/v1/customers/c/admission?amount=1e-21, amount",
    "/v1/customers/c/admission?amount=1e999999999, amount",
    "/v1/customers/c/admission?task=t, task",
    "/v1/customers/a%20b/admission, customer_id",
    "/v1/customers/c/report?period=, period",
    "/v1/customers/c/report?period=2026-11-01, period",
    "/v1/customers/c/report?month=2026-11, month",
    "/v1/customers/a%20b/report, customer_id"
  })
  void refuses_bad_queries(String path, String field) {
    TestHttp.Answer answer = http.get(path);

    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactly(field);
  }

  @Test
  void L21_a_new_limit_does_not_block_a_customer_for_what_it_spent_in_another_month() {
    TestServices.start(peras, "s", "c", null);
    spend("s", "50");
    clock.set("2026-12-01T00:00:00Z");

    assertThat(put("{'monthly_cap':10}").json().path("month").path("state").asText())
        .isEqualTo("ok");
    assertThat(admission("?amount=10").json().path("allowed").asBoolean()).isTrue();
    assertThat(month().path("remaining").asText()).isEqualTo("10");
  }

  @Test
  void L22_usage_of_a_months_last_minutes_counts_in_that_month_although_it_arrives_later() {
    put("{'monthly_cap':10}");
    clock.set("2026-11-30T23:58:00Z");
    TestServices.start(peras, "s", "c", null);
    clock.set("2026-12-01T00:02:00Z");

    record("s", "e", 1000, 500, Instant.parse("2026-11-30T23:59:59.999Z"));

    assertThat(http.get("/v1/customers/c/report?period=2026-11").json().path("total_cost").asText())
        .isEqualTo("0.002");
    assertThat(month().path("period").asText()).isEqualTo("2026-12");
    assertThat(month().path("spent").asText()).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Athens, 2026-10-31T21:59:59Z, 2026-10",
    "Europe/Athens, 2026-10-31T22:00:00Z, 2026-11",
    "Pacific/Kiritimati, 2026-10-31T10:00:00Z, 2026-11",
    "America/Los_Angeles, 2026-11-01T06:59:59Z, 2026-10",
    "America/Los_Angeles, 2026-11-01T07:00:00Z, 2026-11"
  })
  void L23_a_month_begins_at_midnight_where_the_customer_is(
      String zone, String now, String period) {
    put("{'time_zone':'" + zone + "'}");
    clock.set(now);
    TestServices.start(peras, "s", "c", null);
    spend("s", "1");

    assertThat(month().path("period").asText()).isEqualTo(period);
    assertThat(admission("").json().path("period").asText()).isEqualTo(period);
    assertThat(http.get("/v1/customers/c/report").json().path("period").asText()).isEqualTo(period);
    assertThat(listed("?period=" + period)).containsExactly("c");
    assertThat(month().path("spent").asText()).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT_CUSTOMER", "TOP_UP", "LIST_CUSTOMERS", "GET_ADMISSION", "GET_REPORT"})
  void bears_anything(Call call) {
    TestServices.start(peras, "guarded", "guarded");
    TestServices.start(peras, "scratch", "scratch");

    FuzzRun.of(http, call, 3000, () -> peras.customers().get("guarded").toString());
  }

  private TestHttp.Answer put(String body) {
    return http.put("/v1/customers/c", body.replace('\'', '"'));
  }

  private TestHttp.Answer topUp(String body) {
    return http.post("/v1/customers/c/top-ups", body.replace('\'', '"'));
  }

  private TestHttp.Answer admission(String query) {
    TestHttp.Answer answer = http.get("/v1/customers/c/admission" + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private List<String> listed(String query) {
    return http.get("/v1/customers" + query)
        .json()
        .path("customers")
        .findValuesAsText("customer_id");
  }

  private JsonNode month() {
    return http.get("/v1/customers/c").json().path("month");
  }

  private String state() {
    return month().path("state").asText();
  }

  private void start(String sessionId, @Nullable String task) {
    peras
        .sessions()
        .start(
            new StartRequest(sessionId, "c", task, null, null, null, Map.of(), Hash.of(sessionId)));
  }

  private void spend(String sessionId, String usd) {
    record(sessionId, "cost " + usd, null, Tokens.NONE, Usd.of(usd), null);
  }

  private void record(
      String sessionId, String eventId, long input, long output, @Nullable Instant occurredAt) {
    Tokens tokens = new Tokens(input, output, 0, 0, 0, 0);
    record(sessionId, eventId, TestServices.MODEL, tokens, null, occurredAt);
  }

  private void record(
      String sessionId,
      String eventId,
      @Nullable String model,
      Tokens tokens,
      @Nullable Usd cost,
      @Nullable Instant occurredAt) {
    UsageEvent event =
        UsageEvent.named(eventId)
            .model(model)
            .tokens(tokens)
            .cost(cost)
            .occurredAt(occurredAt)
            .build();
    peras.sessions().record(sessionId, List.of(event));
  }
}
