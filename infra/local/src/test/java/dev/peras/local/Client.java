package dev.peras.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls a Peras over HTTP, as its users do. Thread-safe. */
final class Client implements AutoCloseable {
  private static final int TRIES = 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  Client(URI base) {
    this.base = base;
  }

  /**
   * What came back.
   *
   * @param text the body; empty where there is none
   */
  record Answer(int status, String contentType, String text) {
    JsonNode json() {
      return parse(text);
    }

    BigDecimal money(String pointer) {
      return json().at(pointer).decimalValue();
    }

    /** The fields that a problem names, in their order. */
    List<String> fields() {
      return json().path("errors").findValuesAsText("field");
    }
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + text, e);
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  Answer get(String path) {
    return send("GET", path, "");
  }

  Answer post(String path, @Nullable String body) {
    return send("POST", path, body);
  }

  Answer put(String path, String body) {
    return send("PUT", path, body);
  }

  Answer delete(String path) {
    return send("DELETE", path, "");
  }

  Answer send(String method, String path, @Nullable String body) {
    return send(method, path, body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8));
  }

  Answer send(String method, String path, byte[] body) {
    try {
      return trySend(method, path, body);
    } catch (IOException e) {
      throw new IllegalStateException("no answer to " + method + " " + path, e);
    }
  }

  /** Sends once; there may be no answer from a server that is going down. */
  Answer trySend(String method, String path, byte[] body) throws IOException {
    BodyPublisher publisher =
        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .header("content-type", "application/json")
            .method(method, publisher)
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("content-type").orElse(""),
          response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sends until the answer is another than 503, which says that sending again is safe. */
  Answer postUntilDone(String path, String body) {
    Answer answer = post(path, body);
    for (int i = 1; answer.status() == 503 && i < TRIES; i++) {
      answer = post(path, body);
    }
    return answer;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
