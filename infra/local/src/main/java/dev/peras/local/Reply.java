package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An HTTP answer, ready to be written. Its body is text: Peras answers nothing else. */
record Reply(int status, Map<String, List<String>> headers, String body) {

  static Reply of(int status, String contentType, String body) {
    return new Reply(status, Map.of("content-type", List.of(contentType)), body);
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
    String body =
        response.getIsBase64Encoded() ? new String(Base64.getDecoder().decode(text), UTF_8) : text;
    return new Reply(response.getStatusCode(), headers, body);
  }
}
