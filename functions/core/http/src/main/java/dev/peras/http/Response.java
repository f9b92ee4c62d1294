package dev.peras.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.json.Json;
import dev.peras.json.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a handler.
 *
 * @param content null for none
 * @param headers beside the content's type
 */
public record Response(int status, @Nullable Content content, Map<String, String> headers) {
  private static final String JSON = "application/json";

  /** A body, of JSON or of bytes. */
  public static final class Content {
    private final String type;
    private final byte[] bytes;
    private final boolean isText;

    private Content(String type, byte[] bytes, boolean isText) {
      this.type = type;
      this.bytes = bytes;
      this.isText = isText;
    }

    public String type() {
      return type;
    }

    /** API Gateway requires base64 for content that is not text. */
    String encoded() {
      return isText
          ? new String(bytes, StandardCharsets.UTF_8)
          : Base64.getEncoder().encodeToString(bytes);
    }

    boolean isText() {
      return isText;
    }
  }

  public Response {
    headers = Map.copyOf(headers);
  }

  public static Response ok(JsonNode body) {
    return json(200, body);
  }

  public static Response created(JsonNode body) {
    return json(201, body);
  }

  /** The request is accepted and will be carried out. */
  public static Response accepted(JsonNode body) {
    return json(202, body);
  }

  public static Response noContent() {
    return new Response(204, null, Map.of());
  }

  /** Says why not. */
  public static Response problem(Problem problem, Map<String, String> headers) {
    return new Response(problem.status(), text(Problem.CONTENT_TYPE, problem.toJson()), headers);
  }

  /** For answers in other formats than JSON. */
  public static Response binary(
      int status, String contentType, byte[] bytes, Map<String, String> headers) {
    return new Response(status, new Content(contentType, bytes.clone(), false), headers);
  }

  private static Response json(int status, JsonNode body) {
    return new Response(status, text(JSON, body), Map.of());
  }

  private static Content text(String type, JsonNode body) {
    return new Content(type, Json.write(body).getBytes(StandardCharsets.UTF_8), true);
  }
}
