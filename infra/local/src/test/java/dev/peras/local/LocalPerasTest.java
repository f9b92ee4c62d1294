package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Write;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole runner, with the functions that are deployed. */
class LocalPerasTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static LocalPeras peras;

  @BeforeAll
  static void start() {
    peras = LocalPeras.start(Map.of());
  }

  @AfterAll
  static void stop() {
    peras.close();
    HTTP.close();
  }

  @AfterEach
  void resetClock() {
    peras.clock().reset();
  }

  @Test
  void serves_the_functions() throws Exception {
    HttpResponse<String> started = post("/v1/sessions", "{\"budget\": 0.50}");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(201);
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void invokes_a_function_with_a_raw_event() throws Exception {
    HttpResponse<String> result =
        post(
            "/_local/invoke/ReadSessionsFunction",
            """
            {"version": "2.0", "routeKey": "$default", "rawPath": "/nowhere", "rawQueryString": "",
             "headers": {}, "isBase64Encoded": false, "somethingNew": 1,
             "requestContext": {"http": {"method": "GET", "path": "/nowhere"}}}
            """);
    assertThat(result.statusCode()).as(result.body()).isEqualTo(200);
    assertThat(result.body()).contains("\"statusCode\":404").contains("\"headers\":{");
  }

  @Test
  void an_unknown_function_is_named_with_the_known_ones() throws Exception {
    HttpResponse<String> answer = post("/_local/invoke/Nope", "{}");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("Nope", "StartSessionFunction", "PricesFunction");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "[1]", "{\"headers\": 1}"})
  void an_event_that_is_none_is_refused(String event) throws Exception {
    HttpResponse<String> answer = post("/_local/invoke/StartSessionFunction", event);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"bad_event\"");
  }

  @Test
  void the_clock_moves_and_keeps_ticking() throws Exception {
    Instant then = Instant.parse("2031-12-01T00:00:00Z");
    assertThat(post("/_local/clock", "{\"now\": \"2031-12-01T00:00:00Z\"}").body())
        .contains("\"now\":\"2031-12-01T00:00:0");
    Thread.sleep(2);
    assertThat(peras.clock().instant()).isBetween(then.plusMillis(1), then.plusSeconds(60));
    assertThat(get("/_local/clock").body()).contains("\"real\":false");

    assertThat(post("/_local/clock", "{\"now\": null}").body()).contains("\"real\":true");
    assertThat(peras.clock().instant())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "null",
        "{\"now\": 1}",
        "{\"now\": \"today\"}",
        "{\"now\": \"+1000000000-12-31T23:59:59Z\"}",
        "{\"now\": null, \"then\": null}",
        "{\"now\": null} x",
        "{\"now\": null, \"now\": null}"
      })
  void a_bad_time_is_refused_and_changes_nothing(String body) throws Exception {
    HttpResponse<String> answer = post("/_local/clock", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(get("/_local/clock").body()).contains("\"real\":true");
  }

  @Test
  void other_local_calls_are_refused() throws Exception {
    assertThat(get("/_local/nope").statusCode()).isEqualTo(404);
    assertThat(get("/_local/invoke/StartSessionFunction").statusCode()).isEqualTo(405);
  }

  /** DynamoDB is stricter about where a query may go on than a table in memory. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0@0 customer",
        "0@1 -",
        "7@9223372036854775807 customer",
        "0@-1 customer",
        "8@0 customer",
        "5 -",
        "CUSTOMER#c OPEN#2026-11#s",
        "CUSTOMER#c ENDED#x",
        "CUSTOMER#c LIMITS",
        "SESSION#s SESSION",
        "step 5",
        "\u0000 \u0000"
      })
  void a_cursor_that_nobody_gave_is_no_server_error(String text) throws Exception {
    for (String second : List.of("", "x".repeat(900), "x".repeat(1200))) {
      byte[] bytes = (text + second).replace(' ', '\n').getBytes(StandardCharsets.UTF_8);
      String cursor = "cursor=" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      for (String path :
          List.of(
              "/v1/customers?",
              "/v1/customers?state=ok&",
              "/v1/sessions?",
              "/v1/sessions?customer_id=c&",
              "/v1/sessions?customer_id=c&status=ended&")) {
        HttpResponse<String> answer = get(path + cursor);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(500);
      }
    }
  }

  @Test
  void a_taken_port_is_said() {
    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() ->
            LocalPeras.start(
                    peras.baseUri().getPort(), "memory", Map.of(), line -> {}, damage -> {})
                .close())
        .withMessageContaining("Port " + peras.baseUri().getPort());
  }

  @Test
  void a_data_directory_is_for_one_runner(@TempDir Path directory) {
    try (var first = start(directory)) {
      assertThat(first.dataDirectory()).isEqualTo(directory);
      assertThatExceptionOfType(CannotStartException.class)
          .isThrownBy(() -> start(directory).close())
          .withMessageContaining("in use by another runner");
    }
  }

  @Test
  void a_data_directory_that_cannot_be_is_said(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() -> start(file).close())
        .withMessageContaining("DATA_DIR");
  }

  @Test
  void data_outlives_the_runner(@TempDir Path directory) {
    var item = Item.at(new Key("a", "b")).put("n", 1).item();
    try (var first = start(directory)) {
      first.table().transact(List.of(new Write.Put(item, Condition.none())));
    }
    try (var second = start(directory)) {
      assertThat(second.table().get(item.key())).isEqualTo(item);
    }
  }

  private static LocalPeras start(Path directory) {
    return LocalPeras.start(0, directory.toString(), Map.of(), line -> {}, damage -> {});
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(peras.baseUri() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
