package dev.peras.ingestotlp;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.google.protobuf.ByteString;
import dev.peras.app.Services;
import dev.peras.app.Settings;
import dev.peras.bench.TableOnDisk;
import dev.peras.http.Metrics;
import dev.peras.store.OverrideCache;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast telemetry is read: spans parsed and reduced on one core without a database, the same end
 * to end on the embedded table, and how long one agent's turn of 1 MB takes.
 */
public final class BenchOtlp {
  private static final int SPANS = 512;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int TURN_BYTES = 1_000_000;

  private BenchOtlp() {}

  public static void main(String[] args) {
    byte[] export = export(1, SPANS, 300);
    reduced(export, TimeUnit.SECONDS.toNanos(3));
    System.out.printf(
        "parsed and reduced, one thread: %,d spans/s (target 10,000); an export of %d spans has %,d"
            + " bytes%n",
        reduced(export, NANOS), SPANS, export.length);
    if (args.length > 0 && args[0].equals("parse")) {
      return;
    }
    try (TableOnDisk onDisk = new TableOnDisk()) {
      Settings settings = Settings.fromEnvironment(Map.of());
      Services peras =
          Services.over(
              onDisk.table(), settings, InstantSource.system(), new OverrideCache(), Metrics.NONE);
      IngestOtlpFunction function = new IngestOtlpFunction(peras);
      for (int i = 0; i < 5; i++) {
        send(function, export(1_000 + i, SPANS, 300));
      }
      long start = System.nanoTime();
      long rounds = 10;
      for (int i = 0; i < rounds; i++) {
        send(function, export(2_000 + i, SPANS, 300));
      }
      System.out.printf(
          "end to end on the embedded table: %,d spans/s%n",
          rounds * SPANS * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start));
      byte[] turn = turn();
      start = System.nanoTime();
      send(function, turn);
      System.out.printf(
          "one turn of %,d bytes: %,d ms (target 2,000)%n",
          turn.length, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
    System.exit(0);
  }

  private static long reduced(byte[] export, long nanos) {
    long start = System.nanoTime();
    long spans = 0;
    while (System.nanoTime() - start < nanos) {
      int calls = Reducer.reduce(ProtobufReader.traces(export), null).calls().size();
      if (calls != SPANS) {
        throw new IllegalStateException(calls + " calls of " + SPANS);
      }
      spans += SPANS;
    }
    return spans * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
  }

  private static byte[] turn() {
    int spans = 40;
    return export(9_000, spans, TURN_BYTES / spans - 400);
  }

  private static byte[] export(long trace, int spans, int textBytes) {
    ScopeSpans.Builder scope =
        ScopeSpans.newBuilder()
            .setScope(
                InstrumentationScope.newBuilder().setName("opentelemetry.instrumentation.openai"));
    long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    for (int i = 1; i <= spans; i++) {
      scope.addSpans(
          Span.newBuilder()
              .setTraceId(id(trace, trace))
              .setSpanId(id(trace * 1_000_000 + i))
              .setName("chat gpt-4o")
              .setStartTimeUnixNano(now - 1_000_000)
              .setEndTimeUnixNano(now)
              .addAttributes(text("gen_ai.operation.name", "chat"))
              .addAttributes(text("gen_ai.provider.name", "openai"))
              .addAttributes(text("gen_ai.request.model", "gpt-4o"))
              .addAttributes(text("gen_ai.response.model", "gpt-4o-2024-08-06"))
              .addAttributes(text("gen_ai.response.id", "chatcmpl-" + trace + "-" + i))
              .addAttributes(text("gen_ai.conversation.id", "bench-" + trace))
              .addAttributes(text("gen_ai.input.messages", "x".repeat(textBytes)))
              .addAttributes(count("gen_ai.usage.input_tokens", 2006))
              .addAttributes(count("gen_ai.usage.output_tokens", 300))
              .addAttributes(count("gen_ai.usage.cache_read.input_tokens", 1920)));
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
        .build()
        .toByteArray();
  }

  private static ByteString id(long... parts) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * parts.length);
    for (long part : parts) {
      bytes.putLong(part);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue count(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private static void send(IngestOtlpFunction function, byte[] export) {
    APIGatewayV2HTTPResponse response =
        function.handleRequest(
            APIGatewayV2HTTPEvent.builder()
                .withRawPath("/otlp/v1/traces")
                .withHeaders(Map.of("content-type", "application/x-protobuf"))
                .withBody(Base64.getEncoder().encodeToString(export))
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
    if (response.getStatusCode() != 200 || !response.getBody().isEmpty()) {
      throw new IllegalStateException(response.getStatusCode() + " " + response.getBody());
    }
  }
}
