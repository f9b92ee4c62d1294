package dev.peras.ingestotlp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedOutputStream;
import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.ingestotlp.ReportedCall.Reduced;
import dev.peras.ingestotlp.ReportedCall.Rejected;
import dev.peras.json.Json;
import dev.peras.json.Problem;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * OTLP over HTTP, in protobuf and JSON: reads a request, has its calls recorded, and answers in the
 * type it came in. Thread-safe.
 *
 * <p>What can't be counted is named in the answer and does not hold up the rest. Exporters send
 * again only what is answered with 429, 502, 503 or 504, so 503 is for what may go well next time.
 */
final class Otlp {
  /** What one request may have recorded: exporters send some hundred spans at a time. */
  static final int MAX_CALLS = 5_000;

  private static final int MAX_NAMED = 10;
  private static final int MAX_MESSAGE = 2_000;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final Recording recording;

  Otlp(Recording recording) {
    this.recording = recording;
  }

  Response traces(Request request) {
    return answer(request, Signal.TRACES);
  }

  Response logs(Request request) {
    return answer(request, Signal.LOGS);
  }

  /** They repeat what traces and logs say, summed up: nothing in them names a call. */
  Response metrics(Request request) {
    return answer(request, Signal.METRICS);
  }

  private enum Signal {
    TRACES("rejectedSpans"),
    LOGS("rejectedLogRecords"),
    METRICS("rejectedDataPoints");

    private final String rejected;

    Signal(String rejected) {
      this.rejected = rejected;
    }
  }

  private Response answer(Request request, Signal signal) {
    request.noQuery();
    String type = type(request);
    try {
      List<Rejected> rejected =
          switch (type) {
            case PROTOBUF, JSON -> record(request, signal, type.equals(PROTOBUF));
            default ->
                throw Unreadable.unsupported(
                    "content-type must be %s or %s.".formatted(PROTOBUF, JSON));
          };
      return type.equals(PROTOBUF) ? protobuf(signal, rejected) : json(signal, rejected);
    } catch (Unreadable unreadable) {
      return refused(type, unreadable.status(), "invalid_request", unreadable.detail(), Map.of());
    } catch (Refusal refusal) {
      Problem problem = Problem.of(refusal);
      boolean isTransient = refusal.reason() instanceof Reason.TryAgain;
      return refused(
          type,
          problem.status(),
          problem.code(),
          problem.detail(),
          isTransient ? Map.of("retry-after", "1") : Map.of());
    }
  }

  private static String type(Request request) {
    String type = request.header("content-type");
    return type == null ? JSON : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private List<Rejected> record(Request request, Signal signal, boolean isProtobuf) {
    String encoding = request.header("content-encoding");
    byte[] body =
        Payload.unpacked(
            request.bytes(), encoding == null ? "" : encoding.toLowerCase(Locale.ROOT));
    if (signal == Signal.METRICS) {
      if (isProtobuf) {
        ProtobufReader.checkMetrics(body);
      } else {
        JsonReader.checkObject(body);
      }
      return List.of();
    }
    List<Entry> entries =
        isProtobuf
            ? (signal == Signal.TRACES ? ProtobufReader.traces(body) : ProtobufReader.logs(body))
            : (signal == Signal.TRACES ? JsonReader.traces(body) : JsonReader.logs(body));
    Reduced reduced = Reducer.reduce(entries, request.header("x-peras-customer"));
    if (reduced.calls().size() > MAX_CALLS) {
      throw Unreadable.tooLarge(
          "The body reports %d model calls; send at most %d at a time."
              .formatted(reduced.calls().size(), MAX_CALLS));
    }
    List<Rejected> rejected = new ArrayList<>(reduced.rejected());
    rejected.addAll(
        recording.record(
            reduced.calls(),
            new Recording.Caller(
                request.caller().customerId(), request.header("x-peras-session"))));
    return rejected;
  }

  /** Which ones and why; never what was said in them. */
  private static String message(List<Rejected> rejected) {
    StringBuilder message = new StringBuilder();
    for (Rejected one : rejected.subList(0, Math.min(MAX_NAMED, rejected.size()))) {
      message
          .append(message.isEmpty() ? "" : "; ")
          .append(one.label())
          .append(": ")
          .append(one.message());
    }
    if (rejected.size() > MAX_NAMED) {
      message.append("; and ").append(rejected.size() - MAX_NAMED).append(" more");
    }
    return message.length() <= MAX_MESSAGE ? message.toString() : message.substring(0, MAX_MESSAGE);
  }

  private static Response json(Signal signal, List<Rejected> rejected) {
    ObjectNode json = Json.object();
    ObjectNode partial = json.putObject("partialSuccess");
    if (!rejected.isEmpty()) {
      partial.put(signal.rejected, String.valueOf(rejected.size()));
      partial.put("errorMessage", message(rejected));
    }
    return Response.ok(json);
  }

  private static Response protobuf(Signal signal, List<Rejected> rejected) {
    int count = rejected.size();
    byte[] bytes =
        switch (signal) {
          case TRACES -> {
            ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
            if (count > 0) {
              response.setPartialSuccess(
                  ExportTracePartialSuccess.newBuilder()
                      .setRejectedSpans(count)
                      .setErrorMessage(message(rejected)));
            }
            yield response.build().toByteArray();
          }
          case LOGS -> {
            ExportLogsServiceResponse.Builder response = ExportLogsServiceResponse.newBuilder();
            if (count > 0) {
              response.setPartialSuccess(
                  ExportLogsPartialSuccess.newBuilder()
                      .setRejectedLogRecords(count)
                      .setErrorMessage(message(rejected)));
            }
            yield response.build().toByteArray();
          }
          case METRICS -> ExportMetricsServiceResponse.getDefaultInstance().toByteArray();
        };
    return Response.binary(200, PROTOBUF, bytes, Map.of());
  }

  private static Response refused(
      String type, int status, String code, String detail, Map<String, String> headers) {
    return type.equals(PROTOBUF)
        ? Response.binary(status, PROTOBUF, status(detail), headers)
        : Response.problem(new Problem(status, code, detail, List.of(), null), headers);
  }

  /** A {@code google.rpc.Status}, whose second field is the message. */
  private static byte[] status(String message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeString(2, message);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
