package dev.peras.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The document that describes the API to programs. It is written by hand and compared with the
 * functions by tests: an omission fails the build as an excess does.
 */
public final class OpenApi {
  private static final String RESOURCE = "openapi.json";

  private OpenApi() {}

  /** The document, read at its first use. Do not modify it. */
  public static JsonNode document() {
    return Lazy.DOCUMENT;
  }

  private static final class Lazy {
    static final JsonNode DOCUMENT = read();

    private static JsonNode read() {
      try (InputStream document = OpenApi.class.getResourceAsStream(RESOURCE)) {
        if (document == null) {
          throw new IllegalStateException("the class path has no " + RESOURCE);
        }
        return Json.parseObject(new String(document.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
