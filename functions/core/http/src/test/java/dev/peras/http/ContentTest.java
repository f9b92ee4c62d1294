package dev.peras.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Headers, and bodies that are not JSON. */
class ContentTest {
  private static APIGatewayV2HTTPResponse answer(Handler handler, Map<String, String> headers) {
    return TestHttp.answering(Map.of(Call.LIST_PRICES, handler))
        .handleRequest(
            APIGatewayV2HTTPEvent.builder()
                .withRawPath("/v1/prices")
                .withHeaders(headers)
                .withBody(Base64.getEncoder().encodeToString(new byte[] {0, -1, 7}))
                .withIsBase64Encoded(true)
                .withRequestContext(
                    APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(
                            APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod("GET")
                                .build())
                        .build())
                .build(),
            null);
  }

  @Test
  void bytes_come_and_go_as_base64() {
    APIGatewayV2HTTPResponse response =
        answer(
            request ->
                Response.binary(
                    200, "application/x-protobuf", request.bytes(), Map.of("retry-after", "1")),
            Map.of());
    assertThat(response.getIsBase64Encoded()).isTrue();
    assertThat(Base64.getDecoder().decode(response.getBody())).containsExactly(0, -1, 7);
    assertThat(response.getHeaders())
        .containsEntry("content-type", "application/x-protobuf")
        .containsEntry("retry-after", "1");
  }

  @Test
  void a_header_is_found_whatever_its_case() {
    APIGatewayV2HTTPResponse response =
        answer(
            request ->
                Response.binary(
                    200,
                    "text/plain",
                    (request.header("x-peras-session") + request.header("x-blank")).getBytes(UTF_8),
                    Map.of()),
            Map.of("X-Peras-Session", " s ", "x-blank", " "));
    assertThat(new String(Base64.getDecoder().decode(response.getBody()), UTF_8))
        .isEqualTo("snull");
  }
}
