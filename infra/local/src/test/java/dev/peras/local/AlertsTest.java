package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.peras.local.Client.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From a record over HTTP to a receiver: table, stream, functions and sender as they run. */
class AlertsTest {
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private static LocalPeras peras;
  private static Client client;
  private static HttpServer receiver;

  /** What came: path, webhook-id, body. */
  private record Received(String path, String id, String body) {
    JsonNode data() {
      return Client.parse(body).path("data");
    }
  }

  private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", AlertsTest::receive);
    receiver.start();
    peras = LocalPeras.start(Map.of());
    client = new Client(peras.baseUri());
  }

  @AfterAll
  static void stop() {
    client.close();
    peras.close();
    receiver.stop(0);
  }

  private static void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    RECEIVED.add(new Received(exchange.getRequestURI().getPath(), id == null ? "" : id, body));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static List<Received> at(String path) {
    return RECEIVED.stream().filter(got -> got.path().equals(path)).toList();
  }

  /** Puts an endpoint for one customer, whose alerts come to a path of its own. */
  private static Answer put(String customer, String format) {
    Answer answer =
        client.put(
            "/v1/webhooks/" + customer,
            "{\"url\": \"http://127.0.0.1:%d/%s\", \"format\": \"%s\", \"customer_id\": \"%s\"}"
                .formatted(receiver.getAddress().getPort(), customer, format, customer));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer;
  }

  private static void startSession(String customer) {
    client.put("/v1/customers/" + customer, "{\"monthly_cap\": 10}");
    Answer started =
        client.post(
            "/v1/sessions",
            "{\"session_id\": \"%s\", \"customer_id\": \"%s\"}".formatted(customer, customer));
    assertThat(started.status()).as(started.text()).isEqualTo(201);
  }

  private static void spend(String session, String event, String cost) {
    Answer recorded =
        client.post(
            "/v1/sessions/" + session + "/usage",
            "{\"event_id\": \"%s\", \"input_tokens\": 0, \"output_tokens\": 0, \"cost\": %s}"
                .formatted(event, cost));
    assertThat(recorded.status()).as(recorded.text()).isEqualTo(200);
  }

  private static JsonNode alerts(String customer) {
    return client.get("/v1/alerts?customer_id=" + customer).json().path("alerts");
  }

  private static void awaitSent(String customer, int count) {
    await()
        .atMost(AT_MOST)
        .untilAsserted(() ->
            assertThat(alerts(customer).findValuesAsText("state"))
                .filteredOn("sent"::equals)
                .hasSize(count));
  }

  @Test
  void what_is_crossed_arrives_by_the_stream_and_is_listed_as_sent() {
    put("story", "standard");
    startSession("story");
    spend("story", "e1", "8");
    await().atMost(AT_MOST).until(() -> at("/story").size() == 1);
    spend("story", "e2", "2");
    spend("story", "e3", "1");
    awaitSent("story", 2);

    assertThat(at("/story"))
        .extracting(got -> Client.parse(got.body()).path("type").asText())
        .containsExactly("customer.threshold_reached", "customer.capped");
    Received first = at("/story").getFirst();
    assertThat(first.data().path("alert_id").asText()).isEqualTo(first.id());
    assertThat(first.data().path("percentage").decimalValue()).isEqualByComparingTo("80");
    assertThat(first.data().path("sequence").asInt()).isEqualTo(1);
    JsonNode listed = alerts("story").path(0);
    assertThat(listed.path("alert_id").asText()).isEqualTo(first.id());
    assertThat(listed.at("/deliveries/0/webhook_id").asText()).isEqualTo("story");
    assertThat(listed.at("/deliveries/0/last_status").asInt()).isEqualTo(204);

    // By hand it comes again, under the same id.
    Answer again = client.post("/v1/alerts/" + first.id() + "/redeliver", null);
    assertThat(again.status()).as(again.text()).isEqualTo(202);
    Answer run = client.post("/_local/invoke/DeliverWebhooksFunction", "{}");
    assertThat(run.status()).as(run.text()).isEqualTo(200);
    await().atMost(AT_MOST).until(() -> at("/story").size() == 3);
    assertThat(at("/story").getLast().id()).isEqualTo(first.id());
    awaitSent("story", 2);
  }

  @Test
  void a_test_call_arrives() {
    put("tested", "standard");
    Answer test = client.post("/v1/webhooks/tested/test", null);
    assertThat(test.status()).as(test.text()).isEqualTo(202);
    await().atMost(AT_MOST).until(() -> at("/tested").size() == 1);
    assertThat(at("/tested").getFirst().id()).isEqualTo(test.json().path("alert_id").asText());
    assertThat(at("/tested").getFirst().body()).contains("webhook.test");
  }

  @Test
  void a_slack_hook_gets_blocks() {
    put("chat", "slack");
    startSession("chat");
    spend("chat", "e1", "10");
    await().atMost(AT_MOST).until(() -> at("/chat").size() == 1);
    JsonNode message = Client.parse(at("/chat").getFirst().body());
    assertThat(message.path("blocks")).isNotEmpty();
    assertThat(message.toString()).contains("chat").contains("█");
  }

  @Test
  void an_alert_older_than_its_endpoint_can_be_sent_by_hand() {
    startSession("late");
    spend("late", "e1", "8");
    await().atMost(AT_MOST).until(() -> alerts("late").size() == 1);
    assertThat(alerts("late").path(0).path("deliveries")).isEmpty();
    put("late", "standard");
    String id = alerts("late").path(0).path("alert_id").asText();
    assertThat(client.post("/v1/alerts/" + id + "/redeliver", null).status()).isEqualTo(202);
    Answer run = client.post("/_local/invoke/DeliverWebhooksFunction", "{}");
    assertThat(run.status()).isEqualTo(200);
    awaitSent("late", 1);
    assertThat(at("/late")).extracting(Received::id).containsExactly(id);
  }
}
