package dev.peras.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends requests to a function as API Gateway does. */
public final class TestHttp {
  private final Function<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> function;

  public TestHttp(Function<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> function) {
    this.function = function;
  }

  /** A function that answers some calls. */
  static HttpFunction answering(Map<Call, Handler> handlers) {
    return new HttpFunction(Metrics.NONE, Gatekeeper.OPEN) {
      @Override
      protected Map<Call, Handler> handlers() {
        return handlers;
      }
    };
  }

  /**
   * What came back.
   *
   * @param text the body; empty where there is none
   */
  public record Answer(int status, Map<String, String> headers, String text) {
    public JsonNode json() {
      return Json.parse(text);
    }

    /** The fields that a problem names, in their order. */
    public java.util.List<String> faultyFields() {
      return json().path("errors").findValuesAsText("field");
    }
  }

  public Answer get(String path) {
    return send("GET", path, null, false);
  }

  public Answer post(String path, @Nullable String body) {
    return send("POST", path, body, false);
  }

  public Answer put(String path, @Nullable String body) {
    return send("PUT", path, body, false);
  }

  /** Sends bytes, which API Gateway hands over as base64. */
  public Answer send(String method, String path, byte[] body) {
    return send(method, path, Base64.getEncoder().encodeToString(body), true);
  }

  public Answer send(String method, String path, @Nullable String body, boolean isBase64) {
    int queryAt = path.indexOf('?');
    APIGatewayV2HTTPEvent event =
        APIGatewayV2HTTPEvent.builder()
            .withVersion("2.0")
            .withRouteKey("$default")
            .withRawPath(queryAt < 0 ? path : path.substring(0, queryAt))
            .withQueryStringParameters(queryAt < 0 ? null : query(path.substring(queryAt + 1)))
            .withRequestContext(
                APIGatewayV2HTTPEvent.RequestContext.builder()
                    .withHttp(
                        APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                            .withMethod(method)
                            .build())
                    .build())
            .withBody(body)
            .withIsBase64Encoded(isBase64)
            .build();
    APIGatewayV2HTTPResponse response = function.apply(event);
    String text = response.getBody() == null ? "" : response.getBody();
    return new Answer(response.getStatusCode(), response.getHeaders(), text);
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new TreeMap<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return query;
  }
}
