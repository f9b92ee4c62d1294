package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.sun.net.httpserver.HttpExchange;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes API Gateway events (payload 2.0) of HTTP requests, quirks included: the path arrives
 * decoded, repeated headers and parameters joined by commas, what is absent is null, and a body is
 * Base64 unless it is text by its content type (which a bare {@code curl -d} is not).
 */
final class HttpEvents {
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  private HttpEvents() {}

  static APIGatewayV2HTTPEvent of(
      HttpExchange exchange, Route.Match match, byte[] body, Instant now) {
    var headers = new LinkedHashMap<String, String>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), join(values)));
    List<String> cookies = exchange.getRequestHeaders().get("Cookie");
    headers.remove("cookie");

    String path = Percent.decode(exchange.getRequestURI().getRawPath());
    String query = exchange.getRequestURI().getRawQuery();
    Map<String, String> queryParameters = queryParameters(query == null ? "" : query);
    String text = isText(headers.get("content-type")) ? decodeUtf8(body) : null;
    boolean base64 = body.length > 0 && text == null;

    var http =
        APIGatewayV2HTTPEvent.RequestContext.Http.builder()
            .withMethod(exchange.getRequestMethod())
            .withPath(path)
            .withProtocol(exchange.getProtocol())
            .withSourceIp(exchange.getRemoteAddress().getAddress().getHostAddress())
            .withUserAgent(headers.get("user-agent"))
            .build();
    var context =
        APIGatewayV2HTTPEvent.RequestContext.builder()
            .withAccountId("000000000000")
            .withApiId("local")
            .withDomainName("localhost")
            .withDomainPrefix("localhost")
            .withHttp(http)
            .withRequestId(UUID.randomUUID().toString())
            .withRouteKey(match.route().key())
            .withStage("$default")
            .withTime(LOG_TIME.format(now))
            .withTimeEpoch(now.toEpochMilli())
            .build();
    return APIGatewayV2HTTPEvent.builder()
        .withVersion("2.0")
        .withRouteKey(match.route().key())
        .withRawPath(path)
        .withRawQueryString(query == null ? "" : query)
        .withCookies(cookies)
        .withHeaders(headers)
        .withQueryStringParameters(queryParameters.isEmpty() ? null : queryParameters)
        .withPathParameters(match.parameters().isEmpty() ? null : match.parameters())
        .withBody(
            body.length == 0 ? null : base64 ? Base64.getEncoder().encodeToString(body) : text)
        .withIsBase64Encoded(base64)
        .withRequestContext(context)
        .build();
  }

  private static Map<String, String> queryParameters(String query) {
    var parameters = new LinkedHashMap<String, String>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.merge(
            Percent.decodeQuery(name), Percent.decodeQuery(value), (a, b) -> a + "," + b);
      }
    }
    return parameters;
  }

  private static boolean isText(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    String type = contentType.toLowerCase(Locale.ROOT);
    return type.startsWith("text/") || type.contains("json") || type.contains("xml");
  }

  private static @Nullable String decodeUtf8(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String join(List<String> values) {
    return String.join(",", values);
  }
}
