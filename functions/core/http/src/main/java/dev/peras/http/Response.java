package dev.peras.http;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers.
 *
 * @param body null for none
 */
public record Response(int status, @Nullable JsonNode body) {
  public static Response ok(JsonNode body) {
    return new Response(200, body);
  }

  public static Response created(JsonNode body) {
    return new Response(201, body);
  }

  /** What was asked for is going to happen. */
  public static Response accepted(JsonNode body) {
    return new Response(202, body);
  }

  public static Response noContent() {
    return new Response(204, null);
  }
}
