package dev.peras.managewebhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.Settings;
import dev.peras.app.TestServices;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.http.Call;
import dev.peras.http.Metrics;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.store.Delivery;
import dev.peras.store.Endpoint;
import dev.peras.store.Endpoints;
import dev.peras.store.OverrideCache;
import dev.peras.table.Item;
import dev.peras.table.MemoryTable;
import dev.peras.testing.MovableClock;
import dev.peras.webhooks.SecretBox;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManageWebhooksFunctionTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  /** A public address: no name has to be looked up for it. */
  private static final String URL = "https://93.184.216.34/hook";

  private static final String SLACK = "https://93.184.216.34/services/T0/B0/hook-secret";

  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final MemoryTable table = new MemoryTable();
  private final Services peras = peras(Map.of());
  private final TestHttp http = http(peras);

  private Services peras(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(Map.of("WEBHOOK_SECRETS_KEY", KEY));
    environment.putAll(more);
    return Services.over(
        table, Settings.fromEnvironment(environment), clock, new OverrideCache(), Metrics.NONE);
  }

  private static TestHttp http(Services peras) {
    ManageWebhooksFunction function = new ManageWebhooksFunction(peras);
    return new TestHttp(event -> function.handleRequest(event, TestContext.NONE));
  }

  private TestHttp.Answer put(String id, String body) {
    return http.put("/v1/webhooks/" + id, body.replace('\'', '"'));
  }

  private TestHttp.Answer putStandard(String id) {
    return put(id, "{'url':'" + URL + "','format':'standard'}");
  }

  private TestHttp.Answer delete(String id) {
    return http.send("DELETE", "/v1/webhooks/" + id, null, false);
  }

  /** Makes an alert: a session that costs more than its budget. */
  private void alert(String sessionId) {
    TestServices.start(peras, sessionId, "c");
    peras
        .sessions()
        .record(sessionId, List.of(UsageEvent.named("e").model("m").cost(Usd.of("2")).build()));
  }

  private void handOver() {
    peras.outbox().notHandedOver().forEach(peras.outbox()::handOver);
  }

  @Test
  void an_endpoint_is_made_with_a_secret_that_is_shown_once() {
    TestHttp.Answer made = putStandard("w");

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String secret = made.json().path("secret").asText();
    assertThat(secret).startsWith("whsec_").hasSizeGreaterThan(40);
    String shown =
        ("{'webhook_id':'w','url':'%s','format':'standard','events':["
                + "'customer.threshold_reached','customer.capped','customer.resolved',"
                + "'customer.blocked','session.budget_exceeded','session.threshold_reached',"
                + "'session.blocked'],'customer_id':null,'enabled':true,"
                + "'disabled_because':null,'failures':0,'paused_until':null,"
                + "'previous_secret_until':null,'created_at':'2026-11-23T12:00:00Z'}")
            .formatted(URL)
            .replace('\'', '"');
    assertThat(http.get("/v1/webhooks/w").text()).isEqualTo(shown);
    assertThat(http.get("/v1/webhooks").text())
        .isEqualTo("{\"webhooks\":[" + shown + "],\"cursor\":null}");
    TestHttp.Answer again = putStandard("w");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.text()).isEqualTo(shown);
  }

  @Test
  void put_replaces_and_keeps_the_secret_while_it_keeps_the_format() {
    String first = putStandard("w").json().path("secret").asText();
    clock.advance(Duration.ofMinutes(1));
    TestHttp.Answer changed =
        put(
            "w",
            "{'url':'https://93.184.216.35:8443/x','format':'standard','customer_id':'c',"
                + "'events':['session.warning'],'enabled':false}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().path("url").asText()).isEqualTo("https://93.184.216.35:8443/x");
    assertThat(changed.json().path("events"))
        .extracting(JsonNode::asText)
        .containsExactly("session.warning");
    assertThat(changed.json().path("customer_id").asText()).isEqualTo("c");
    assertThat(changed.json().path("enabled").booleanValue()).isFalse();
    assertThat(changed.json().path("created_at").asText()).isEqualTo("2026-11-23T12:00:00Z");
    assertThat(secrets("w")).containsExactly(first);
    // What is omitted takes its default again.
    assertThat(putStandard("w").json().path("events")).hasSize(7);

    assertThat(put("w", "{'url':'" + SLACK + "','format':'slack'}").json().has("secret")).isFalse();
    assertThat(secrets("w")).isEmpty();
    assertThat(putStandard("w").json().path("secret").asText()).isNotEqualTo(first).isNotEmpty();
  }

  private List<String> secrets(String id) {
    SecretBox box = SecretBox.withKey(KEY);
    return peras.endpoints().get(id).address().sealedSecrets().stream()
        .map(sealed -> box.open(id, sealed))
        .toList();
  }

  @Test
  void a_rotation_shows_the_new_secret_and_keeps_the_old_one_for_a_day() {
    String first = putStandard("w").json().path("secret").asText();

    TestHttp.Answer rotated = http.post("/v1/webhooks/w/rotate", null);

    assertThat(rotated.status()).isEqualTo(200);
    String second = rotated.json().path("secret").asText();
    assertThat(second).startsWith("whsec_").isNotEqualTo(first);
    assertThat(rotated.json().path("previous_secret_until").asText())
        .isEqualTo("2026-11-24T12:00:00Z");
    assertThat(secrets("w")).containsExactly(second, first);
    assertThat(http.get("/v1/webhooks/w").json().has("secret")).isFalse();
    String third = http.post("/v1/webhooks/w/rotate", "{}").json().path("secret").asText();
    assertThat(secrets("w")).containsExactly(third, second);
  }

  @ParameterizedTest
  @CsvSource({"slack", "teams"})
  void what_is_a_secret_itself_is_shown_by_its_host_alone(String format) {
    TestHttp.Answer made = put("h", "{'url':'%s','format':'%s'}".formatted(SLACK, format));

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().path("url").asText()).isEqualTo("https://93.184.216.34/...");
    assertThat(made.text() + http.get("/v1/webhooks").text())
        .doesNotContain("hook-secret", "\"secret\"");
    assertThat(http.post("/v1/webhooks/h/rotate", null).faultyFields())
        .containsExactly("webhook_id");
  }

  @Test
  void pager_duty_has_a_routing_key_and_an_address_of_its_own() {
    // Its usual address is a name; here nothing is looked up.
    String body = "{'format':'pagerduty','url':'" + URL + "'%s}";
    assertThat(put("p", body.formatted("")).faultyFields()).containsExactly("routing_key");
    TestHttp.Answer made = put("p", body.formatted(",'routing_key':'routing-secret'"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.text()).doesNotContain("routing-secret", "\"secret\"");
    assertThat(put("p", body.formatted(",'enabled':false")).status()).isEqualTo(200);
    assertThat(secrets("p")).containsExactly("routing-secret");
    assertThat(http.post("/v1/webhooks/p/rotate", null).status()).isEqualTo(422);
  }

  @Test
  void the_table_has_nothing_in_the_clear() {
    String secret = putStandard("w").json().path("secret").asText();
    String rotated = http.post("/v1/webhooks/w/rotate", null).json().path("secret").asText();
    put("s", "{'url':'" + SLACK + "','format':'slack'}");
    put("p", "{'url':'" + URL + "','format':'pagerduty','routing_key':'routing-secret'}");
    List<Item> items = table.query("WEBHOOKS", "", null, 100);
    assertThat(items).hasSize(4);
    assertThat(items.toString())
        .doesNotContain(
            secret,
            secret.substring("whsec_".length()),
            rotated,
            "hook-secret",
            "93.184",
            "routing-secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{} ; format,url",
        "{'format':'email'} ; format,url",
        "{'format':1,'url':2} ; format,url",
        "{'url':'https://93.184.216.34','format':'standard','x':1} ; x",
        "{'url':'https://93.184.216.34','format':'standard','events':[]} ; events",
        "{'url':'https://93.184.216.34','format':'standard','events':'all'} ; events",
        "{'url':'https://93.184.216.34','format':'standard','events':['x']} ; events[0]",
        "{'url':'https://93.184.216.34','format':'slack','events':['webhook.test']} ; events[0]",
        "{'url':'https://93.184.216.34','format':'standard','customer_id':'a b'} ; customer_id",
        "{'url':'https://93.184.216.34','format':'standard','enabled':'yes'} ; enabled",
        "{'url':'https://93.184.216.34','format':'standard','secret':'mine'} ; secret",
        "{'url':'https://93.184.216.34','format':'standard','routing_key':'k'} ; routing_key",
        "{'url':'https://93.184.216.34','format':'pagerduty','routing_key':''} ; routing_key",
      })
  void a_bad_field_is_named(String body, String fields) {
    TestHttp.Answer answer = put("w", body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactlyInAnyOrder(fields.split(","));
    assertThat(peras.endpoints().list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "https:93.184.216.34",
        "//93.184.216.34/",
        "hook",
        "https://user@93.184.216.34/",
        "https://93.184.216.34@10.0.0.1/",
        "https://93.184.216.34:22/",
        "https://93.184.216.34/#x",
        "https://93.184.216.34/a b",
        "https://localhost/",
        "http://localhost/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https:///path",
      })
  void a_url_that_must_not_be_called_is_refused(String url) {
    TestHttp.Answer answer = put("w", "{'url':'" + url + "','format':'standard'}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.faultyFields()).containsExactly("url");
    assertThat(peras.endpoints().list()).isEmpty();
  }

  @Test
  void bad_names_queries_and_bodies_are_refused() {
    assertThat(put("a%20b", "{'url':'" + URL + "','format':'standard'}").faultyFields())
        .containsExactly("webhook_id");
    assertThat(put("w", "").status()).isEqualTo(400);
    assertThat(put("w", "[]").status()).isEqualTo(400);
    putStandard("w");
    assertThat(http.get("/v1/webhooks?page=1").faultyFields()).containsExactly("page");
    assertThat(http.get("/v1/webhooks/w?x=1").faultyFields()).containsExactly("x");
    assertThat(delete("w?x=1").faultyFields()).containsExactly("x");
    assertThat(http.post("/v1/webhooks/w/test", "{\"x\":1}").faultyFields()).containsExactly("x");
    assertThat(http.post("/v1/webhooks/w/rotate", "{\"x\":1}").faultyFields()).containsExactly("x");
    assertThat(http.get("/v1/alerts?customer_id=a%20b&period=2026-13&x=1").faultyFields())
        .containsExactly("customer_id", "period", "x");
    assertThat(http.get("/v1/alerts?cursor=rubbish").faultyFields()).containsExactly("cursor");
    assertThat(http.get("/v1/alerts?customer_id=c&cursor=rubbish").faultyFields())
        .containsExactly("cursor");
    assertThat(http.post("/v1/alerts/a/redeliver", "{\"x\":1}").faultyFields())
        .containsExactly("x");
    assertThat(http.post("/v1/alerts/a%20b/redeliver", null).faultyFields())
        .containsExactly("alert_id");
    assertThat(http.get("/v1/webhooks").json().path("webhooks")).hasSize(1);
  }

  @Test
  void what_is_not_there_is_not_found() {
    assertThat(http.get("/v1/webhooks/none").json().path("code").asText())
        .isEqualTo("webhook_not_found");
    assertThat(http.post("/v1/webhooks/none/test", null).status()).isEqualTo(404);
    assertThat(http.post("/v1/webhooks/none/rotate", null).status()).isEqualTo(404);
    assertThat(http.post("/v1/alerts/none/redeliver", null).json().path("code").asText())
        .isEqualTo("alert_not_found");
    assertThat(delete("none").status()).isEqualTo(204);
    putStandard("w");
    assertThat(delete("w").status()).isEqualTo(204);
    assertThat(http.get("/v1/webhooks/w").status()).isEqualTo(404);
  }

  @Test
  void the_fifty_first_endpoint_is_a_conflict() {
    for (int i = 0; i < Endpoints.MAX_ENDPOINTS; i++) {
      assertThat(putStandard("w" + i).status()).isEqualTo(201);
    }
    TestHttp.Answer answer = putStandard("one-more");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("too_many_webhooks");
    assertThat(putStandard("w7").status()).isEqualTo(200);
  }

  @Test
  void a_test_is_queued_for_its_endpoint() {
    putStandard("w");
    TestHttp.Answer answer = http.post("/v1/webhooks/w/test", null);
    assertThat(answer.status()).isEqualTo(202);
    String alertId = answer.json().path("alert_id").asText();
    assertThat(peras.outbox().due(alertId)).extracting(Delivery::endpointId).containsExactly("w");
    assertThat(http.post("/v1/webhooks/w/test", "{}").json().path("alert_id").asText())
        .as("each test is another")
        .isNotEqualTo(alertId);
  }

  @Test
  void alerts_are_listed_with_what_became_of_them() {
    putStandard("w");
    alert("s");
    JsonNode waiting = http.get("/v1/alerts").json().at("/alerts/0");
    assertThat(waiting.path("sequence").isNull()).isTrue();
    assertThat(waiting.path("deliveries")).isEmpty();
    handOver();
    TestHttp.Answer listed = http.get("/v1/alerts?customer_id=c&period=2026-11");
    JsonNode alert = listed.json().at("/alerts/0");
    assertThat(alert.path("type").asText()).isEqualTo("session.budget_exceeded");
    assertThat(alert.path("sequence").asInt()).isEqualTo(1);
    assertThat(alert.path("session_id").asText()).isEqualTo("s");
    assertThat(alert.path("spent").decimalValue()).isEqualByComparingTo("2");
    assertThat(alert.at("/deliveries/0/webhook_id").asText()).isEqualTo("w");
    assertThat(alert.at("/deliveries/0/state").asText()).isEqualTo("pending");
    assertThat(listed.json().path("cursor").isNull()).isTrue();
    assertThat(http.get("/v1/alerts?customer_id=c&period=2026-10").json().path("alerts")).isEmpty();
    assertThat(http.get("/v1/alerts?customer_id=d").json().path("alerts")).isEmpty();

    String id = alert.path("alert_id").asText();
    Delivery delivery = peras.outbox().due(id).getFirst();
    peras.outbox().dead(delivery, 500, "the answer was not 2xx");
    JsonNode dead = http.get("/v1/alerts?customer_id=c").json().at("/alerts/0/deliveries/0");
    assertThat(dead.path("state").asText()).isEqualTo("dead");
    assertThat(dead.path("last_status").asInt()).isEqualTo(500);
    assertThat(dead.path("next_attempt_at").isNull()).isTrue();

    TestHttp.Answer again = http.post("/v1/alerts/" + id + "/redeliver", null);
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json().at("/deliveries/0/state").asText()).isEqualTo("pending");
    assertThat(again.json().path("alert_id").asText()).isEqualTo(id);
  }

  @Test
  void alerts_are_paged() {
    for (int i = 0; i < 60; i++) {
      alert("s" + i);
    }
    handOver();
    JsonNode first = http.get("/v1/alerts?customer_id=c").json();
    assertThat(first.path("alerts")).hasSize(50);
    String cursor = first.path("cursor").asText();
    JsonNode second = http.get("/v1/alerts?customer_id=c&cursor=" + cursor).json();
    assertThat(second.path("alerts")).hasSize(10);
    assertThat(second.at("/alerts/0/sequence").asInt()).isEqualTo(51);
    assertThat(http.get("/v1/alerts?customer_id=d&cursor=" + cursor).faultyFields())
        .containsExactly("cursor");
  }

  @Test
  void an_endpoint_sealed_with_another_key_is_listed_and_can_be_put_again() {
    putStandard("w");
    String first = peras.endpoints().get("w").address().sealedSecrets().getFirst();
    byte[] other = new byte[32];
    other[0] = 1;
    TestHttp later =
        http(peras(Map.of("WEBHOOK_SECRETS_KEY", Base64.getEncoder().encodeToString(other))));
    TestHttp.Answer listed = later.get("/v1/webhooks");
    assertThat(listed.status()).isEqualTo(200);
    assertThat(listed.json().at("/webhooks/0/url").isNull()).isTrue();
    assertThat(later.post("/v1/webhooks/w/rotate", null).faultyFields())
        .containsExactly("webhook_id");
    TestHttp.Answer again =
        later.put("/v1/webhooks/w", "{\"url\":\"" + URL + "\",\"format\":\"standard\"}");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("secret").asText()).startsWith("whsec_");
    Endpoint sealed = peras.endpoints().get("w");
    assertThat(sealed.address().sealedSecrets()).hasSize(1).doesNotContain(first);
  }

  @Test
  void without_a_key_it_does_not_start() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ManageWebhooksFunction(TestServices.create(clock)))
        .withMessageContaining("WEBHOOK_SECRETS_KEY is missing");
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {
        "PUT_WEBHOOK",
        "GET_WEBHOOK",
        "DELETE_WEBHOOK",
        "TEST_WEBHOOK",
        "ROTATE_SECRET",
        "LIST_ALERTS",
        "REDELIVER_ALERT"
      })
  void nothing_breaks_it(Call call) {
    Services toLoopback = peras(Map.of("WEBHOOKS_TO_LOOPBACK", "true"));
    TestHttp fuzzed = http(toLoopback);
    for (String name : List.of("guarded", "scratch")) {
      TestServices.start(toLoopback, name, name);
      String body = "{\"url\":\"http://127.0.0.1:9/hook\",\"format\":\"standard\"}";
      assertThat(fuzzed.put("/v1/webhooks/" + name, body).status()).isEqualTo(201);
    }

    FuzzRun.of(fuzzed, call, 2000, () -> toLoopback.endpoints().get("guarded").toString());
  }
}
