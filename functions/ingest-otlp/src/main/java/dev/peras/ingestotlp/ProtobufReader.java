package dev.peras.ingestotlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads OTLP as protobuf. */
final class ProtobufReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ProtobufReader() {}

  static List<Entry> traces(byte[] body) {
    ExportTraceServiceRequest request;
    try {
      request = ExportTraceServiceRequest.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable("ExportTraceServiceRequest", e);
    }
    List<Entry> entries = new ArrayList<>();
    for (ResourceSpans ofResource : request.getResourceSpansList()) {
      Attributes resource = attributes(ofResource.getResource().getAttributesList());
      for (ScopeSpans ofScope : ofResource.getScopeSpansList()) {
        String scope = ofScope.getScope().getName();
        for (Span span : ofScope.getSpansList()) {
          entries.add(
              new Entry(
                  Entry.Signal.SPAN,
                  scope,
                  resource,
                  hex(span.getTraceId()),
                  hex(span.getSpanId()),
                  hex(span.getParentSpanId()),
                  span.getName(),
                  span.getStartTimeUnixNano(),
                  Times.ofNanos(span.getEndTimeUnixNano(), span.getStartTimeUnixNano()),
                  span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                  attributes(span.getAttributesList())));
        }
      }
    }
    return entries;
  }

  static List<Entry> logs(byte[] body) {
    ExportLogsServiceRequest request;
    try {
      request = ExportLogsServiceRequest.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable("ExportLogsServiceRequest", e);
    }
    List<Entry> entries = new ArrayList<>();
    for (ResourceLogs ofResource : request.getResourceLogsList()) {
      Attributes resource = attributes(ofResource.getResource().getAttributesList());
      for (ScopeLogs ofScope : ofResource.getScopeLogsList()) {
        String scope = ofScope.getScope().getName();
        for (LogRecord log : ofScope.getLogRecordsList()) {
          entries.add(
              LogNames.entry(
                  scope,
                  resource,
                  hex(log.getTraceId()),
                  hex(log.getSpanId()),
                  log.getEventName(),
                  log.getBody().hasStringValue() ? log.getBody().getStringValue() : "",
                  log.getTimeUnixNano(),
                  log.getObservedTimeUnixNano(),
                  attributes(log.getAttributesList())));
        }
      }
    }
    return entries;
  }

  /** Refuses what is no request of metrics. */
  static void checkMetrics(byte[] body) {
    try {
      ExportMetricsServiceRequest unused = ExportMetricsServiceRequest.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable("ExportMetricsServiceRequest", e);
    }
  }

  /** What can't be read is told apart, but not quoted. */
  private static Unreadable unreadable(String message, InvalidProtocolBufferException e) {
    return Unreadable.because("The body is no " + message + " of OTLP in protobuf.", e);
  }

  private static Attributes attributes(List<KeyValue> list) {
    Attributes.Builder attributes = new Attributes.Builder();
    for (KeyValue attribute : list) {
      attributes.put(attribute.getKey(), value(attribute.getValue()));
    }
    return attributes.build();
  }

  private static @Nullable JsonNode value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> NODES.textNode(value.getStringValue());
      case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
      case INT_VALUE -> NODES.numberNode(value.getIntValue());
      case DOUBLE_VALUE -> decimal(Double.toString(value.getDoubleValue()));
      case ARRAY_VALUE -> {
        ArrayNode array = NODES.arrayNode();
        value.getArrayValue().getValuesList().forEach(entry -> array.add(value(entry)));
        yield array;
      }
      case KVLIST_VALUE -> {
        ObjectNode object = NODES.objectNode();
        value
            .getKvlistValue()
            .getValuesList()
            .forEach(entry -> object.set(entry.getKey(), value(entry.getValue())));
        yield object;
      }
      default -> null;
    };
  }

  /** The decimal that the sender's program shows for a number; a text where it is none. */
  private static JsonNode decimal(String shown) {
    boolean isNumber = Character.isDigit(shown.charAt(shown.length() - 1));
    return isNumber ? NODES.numberNode(new BigDecimal(shown)) : NODES.textNode(shown);
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
