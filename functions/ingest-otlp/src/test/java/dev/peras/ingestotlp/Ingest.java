package dev.peras.ingestotlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.json.Json;
import dev.peras.store.Page;
import dev.peras.testing.MovableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The function on a Peras in memory, fed as exporters feed it. */
final class Ingest {
  static final String JSON = "application/json";
  static final String PROTOBUF = "application/x-protobuf";

  final MovableClock clock = new MovableClock("2026-11-25T16:00:00Z");
  final Services peras = TestServices.create(clock);
  private final IngestOtlpFunction function = new IngestOtlpFunction(peras);

  /** What came back. */
  record Answer(int status, Map<String, String> headers, String base64) {
    byte[] body() {
      return Base64.getDecoder().decode(base64);
    }

    JsonNode json() {
      return Json.parse(new String(body(), UTF_8));
    }

    int rejected() {
      JsonNode partial = json().path("partialSuccess");
      return partial.path("rejectedSpans").asInt() + partial.path("rejectedLogRecords").asInt();
    }

    String message() {
      return json().path("partialSuccess").path("errorMessage").asText();
    }
  }

  /** A sample, by the name of its file. */
  static byte[] sample(String name) {
    try (InputStream in = Ingest.class.getResourceAsStream("/otlp/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no sample " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer send(String sample) {
    return post(
        sample.contains("logs") ? "logs" : sample.contains("metrics") ? "metrics" : "traces",
        sample(sample),
        sample.endsWith(".pb") ? PROTOBUF : JSON);
  }

  Answer post(String signal, byte[] body, String type) {
    return post("/otlp/v1/" + signal, body, Map.of("content-type", type));
  }

  Answer post(String path, byte[] body, Map<String, String> headers) {
    APIGatewayV2HTTPResponse response =
        function.handleRequest(
            APIGatewayV2HTTPEvent.builder()
                .withRawPath(path)
                .withHeaders(new HashMap<>(headers))
                .withBody(Base64.getEncoder().encodeToString(body))
                .withIsBase64Encoded(true)
                .withRequestContext(
                    APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(
                            APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod("POST")
                                .build())
                        .build())
                .build(),
            null);
    String text = response.getBody() == null ? "" : response.getBody();
    String base64 =
        response.getIsBase64Encoded()
            ? text
            : Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    return new Answer(response.getStatusCode(), response.getHeaders(), base64);
  }

  static byte[] gzip(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  List<Session> sessions() {
    List<Session> all = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      Page<Session> page = peras.sessions().list(null, null, cursor);
      all.addAll(page.entries());
      cursor = page.cursor();
    } while (cursor != null);
    return all;
  }

  /** What all sessions cost together. */
  Usd total() {
    Usd sum = Usd.ZERO;
    for (Session session : sessions()) {
      sum = sum.plus(session.spent());
    }
    return sum;
  }

  /** How many calls were counted with their usage. */
  long steps() {
    return sessions().stream().mapToLong(Session::steps).sum() - withoutUsage();
  }

  long withoutUsage() {
    return sessions().stream()
        .map(session -> session.warnings().get(WarningType.CALL_WITHOUT_USAGE))
        .filter(Objects::nonNull)
        .mapToLong(WarningSum::count)
        .sum();
  }
}
