package dev.peras.local;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client as an agent may have one: where it is told to try again, it does. Thread-safe. */
final class LocalClient implements AutoCloseable {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  LocalClient(URI base) {
    this.base = base;
  }

  /**
   * What came back.
   *
   * @param tries how often the request was sent
   */
  record Answer(int status, String text, int tries) {
    JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException(text, e);
      }
    }

    BigDecimal money(String field) {
      return json().path(field).decimalValue();
    }

    String code() {
      return json().path("code").asText();
    }
  }

  Answer get(String path) {
    return send("GET", path, null);
  }

  /** Posts a body whose quotes may be single ones. */
  Answer post(String path, String body) {
    return send("POST", path, body);
  }

  Answer put(String path, String body) {
    return send("PUT", path, body);
  }

  Answer delete(String path) {
    return send("DELETE", path, null);
  }

  void setClock(String now) {
    post("/_local/clock", "{'now': '" + now + "'}");
  }

  Answer sweep() {
    return post("/_local/invoke/BudgetSweepFunction", "{}");
  }

  private Answer send(String method, String path, @Nullable String body) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    try {
      for (int tries = 1; ; tries++) {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 503 || tries == 10) {
          return new Answer(response.statusCode(), response.body(), tries);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
