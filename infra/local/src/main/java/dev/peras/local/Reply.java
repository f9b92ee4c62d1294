package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An HTTP answer, ready to be written. */
final class Reply {
  private final int status;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  private Reply(int status, Map<String, List<String>> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  Map<String, List<String>> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  static Reply of(int status, String contentType, String body) {
    return new Reply(status, Map.of("content-type", List.of(contentType)), body.getBytes(UTF_8));
  }

  /** What API Gateway makes of a function's response. */
  static Reply of(APIGatewayV2HTTPResponse response) {
    var headers = new LinkedHashMap<String, List<String>>();
    if (response.getHeaders() != null) {
      response.getHeaders().forEach((name, value) -> headers.put(name, List.of(value)));
    }
    if (response.getMultiValueHeaders() != null) {
      response
          .getMultiValueHeaders()
          .forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
    }
    if (response.getCookies() != null) {
      headers.put("set-cookie", List.copyOf(response.getCookies()));
    }
    String text = response.getBody() == null ? "" : response.getBody();
    byte[] body =
        response.getIsBase64Encoded() ? Base64.getDecoder().decode(text) : text.getBytes(UTF_8);
    return new Reply(response.getStatusCode(), headers, body);
  }
}
