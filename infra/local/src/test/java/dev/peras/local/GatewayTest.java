package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gateway over real HTTP, in front of a function of the test's own. */
class GatewayTest {
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server = LocalPeras.bind(0);
  private final HttpClient http = HttpClient.newHttpClient();

  private volatile @Nullable APIGatewayV2HTTPEvent seen;
  private APIGatewayV2HTTPResponse response = response(200, "{}");

  GatewayTest() {
    RequestHandler<Object, @Nullable Object> handler =
        (event, context) -> {
          seen = (APIGatewayV2HTTPEvent) event;
          if ("/fault".equals(seen.getRawPath())) {
            throw new IllegalStateException("secret");
          }
          return response;
        };
    var function =
        new LocalFunction(
            new Template.Function("F", "f", Duration.ofSeconds(1), Map.of(), List.of()),
            handler,
            APIGatewayV2HTTPEvent.class);
    List<Route> routes =
        List.of(
            Route.of("POST", "/v1/sessions/{session_id}/usage", "F"),
            Route.of("ANY", "$default", "F"));
    server.createContext(
        "/", new Gateway(routes, Map.of("F", function), Map.of(), new MovableClock(), log::add));
    server.start();
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop(0);
  }

  @Test
  void makes_an_event_as_api_gateway_does() throws Exception {
    send(
        "/v1/sessions/a%2Fb/usage?x=1&x=2%2C+3&y",
        request ->
            request
                .POST(BodyPublishers.ofString("{\"é\":1}"))
                .header("Content-Type", "application/json")
                .header("X-Two", "a")
                .header("X-Two", "b")
                .header("Cookie", "c=1"));
    APIGatewayV2HTTPEvent event = event();
    assertThat(event.getVersion()).isEqualTo("2.0");
    assertThat(event.getRouteKey()).isEqualTo("POST /v1/sessions/{session_id}/usage");
    assertThat(event.getRawPath()).isEqualTo("/v1/sessions/a/b/usage");
    assertThat(event.getRawQueryString()).isEqualTo("x=1&x=2%2C+3&y");
    assertThat(event.getQueryStringParameters()).isEqualTo(Map.of("x", "1,2, 3", "y", ""));
    assertThat(event.getPathParameters()).isEqualTo(Map.of("session_id", "a/b"));
    assertThat(event.getHeaders())
        .containsEntry("content-type", "application/json")
        .containsEntry("x-two", "a,b")
        .doesNotContainKey("cookie");
    assertThat(event.getCookies()).containsExactly("c=1");
    assertThat(event.getBody()).isEqualTo("{\"é\":1}");
    assertThat(event.getIsBase64Encoded()).isFalse();
    assertThat(event.getRequestContext().getHttp().getMethod()).isEqualTo("POST");
    assertThat(event.getRequestContext().getHttp().getSourceIp()).isEqualTo("127.0.0.1");
  }

  @Test
  void what_is_absent_is_null() throws Exception {
    send("/x", request -> request.GET());
    assertThat(event().getRouteKey()).isEqualTo("$default");
    assertThat(event().getBody()).isNull();
    assertThat(event().getIsBase64Encoded()).isFalse();
    assertThat(event().getPathParameters()).isNull();
    assertThat(event().getQueryStringParameters()).isNull();
    assertThat(event().getRawQueryString()).isEmpty();
  }

  @Test
  void a_body_that_is_no_text_is_base64() throws Exception {
    byte[] noUtf8 = {(byte) 0xff, (byte) 0xfe};
    send("/x", request -> request.POST(BodyPublishers.ofByteArray(noUtf8)));
    assertThat(event().getIsBase64Encoded()).isTrue();
    assertThat(Base64.getDecoder().decode(event().getBody())).isEqualTo(noUtf8);
  }

  @Test
  void a_body_that_is_not_said_to_be_text_is_base64() throws Exception {
    String form = "application/x-www-form-urlencoded"; // what a bare `curl -d` says
    send("/x", request -> request.POST(BodyPublishers.ofString("{}")).header("Content-Type", form));
    assertThat(event().getIsBase64Encoded()).isTrue();
    assertThat(Base64.getDecoder().decode(event().getBody())).isEqualTo("{}".getBytes(UTF_8));
  }

  @Test
  void writes_what_the_function_answers() throws Exception {
    response = response(409, "{\"é\":1}");
    response.setHeaders(Map.of("content-type", "application/problem+json", "retry-after", "1"));
    HttpResponse<String> answer = send("/x", request -> request.DELETE());
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).isEqualTo("{\"é\":1}");
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
    await().until(() -> !log.isEmpty()); // it is written after the answer
    assertThat(log)
        .singleElement()
        .asString()
        .matches("\\d\\d:\\d\\d:\\d\\d DELETE /x 409 \\d+ ms");
  }

  @Test
  void an_empty_answer_and_head_have_no_body() throws Exception {
    HttpResponse<String> head = send("/x", request -> request.HEAD());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("content-length")).hasValue("2");
    response = new APIGatewayV2HTTPResponse();
    response.setStatusCode(204);
    assertThat(send("/x", request -> request.GET()).statusCode()).isEqualTo(204);
  }

  @Test
  void a_body_of_one_megabyte_passes_and_a_byte_more_does_not() throws Exception {
    byte[] most = new byte[Gateway.MAX_BODY];
    assertThat(post(BodyPublishers.ofByteArray(most)).statusCode()).isEqualTo(200);
    seen = null;
    for (var body :
        List.of(
            BodyPublishers.ofByteArray(new byte[Gateway.MAX_BODY + 1]),
            BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(new byte[5 * Gateway.MAX_BODY])))) {
      HttpResponse<String> answer = post(body);
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("\"code\":\"body_too_large\"");
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    }
    assertThat(seen).isNull();
  }

  @Test
  void a_fault_is_a_500_that_tells_nothing() throws Exception {
    HttpResponse<String> answer = send("/fault", request -> request.GET());
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("\"code\":\"internal_error\"").doesNotContain("secret");
  }

  @Test
  void answers_are_not_held_back() throws Exception {
    send("/x", request -> request.GET());
    long start = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      send("/x", request -> request.GET());
    }
    // 40 ms each where the end of an answer waits for its head to be acknowledged.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
  }

  private HttpResponse<String> post(HttpRequest.BodyPublisher body) throws Exception {
    return send("/x", request -> request.POST(body));
  }

  private interface Change {
    HttpRequest.Builder of(HttpRequest.Builder request);
  }

  private HttpResponse<String> send(String path, Change change) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return http.send(change.of(HttpRequest.newBuilder(uri)).build(), BodyHandlers.ofString());
  }

  private APIGatewayV2HTTPEvent event() {
    return Objects.requireNonNull(seen);
  }

  private static APIGatewayV2HTTPResponse response(int status, String body) {
    var response = new APIGatewayV2HTTPResponse();
    response.setStatusCode(status);
    response.setBody(body);
    return response;
  }
}
