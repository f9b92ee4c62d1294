package dev.peras.ingestotlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP as JSON: ids in hex, 64-bit numbers as strings or numbers, enums as numbers or names.
 * Fields that are not known are ignored, as the specification asks.
 */
final class JsonReader {
  /** Attributes may hold whole conversations, list in list; protobuf allows as many. */
  private static final int MAX_DEPTH = 200;

  private static final int MAX_DIGITS = 400;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .maxStringLength(Payload.MAX_UNPACKED)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{16}){1,2}");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,20}");
  private static final BigInteger UNSIGNED_END = BigInteger.ONE.shiftLeft(64);

  private JsonReader() {}

  static List<Entry> traces(byte[] body) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode ofResource : list(object(body), "resourceSpans")) {
      Attributes resource = attributes(ofResource.path("resource"));
      for (JsonNode ofScope : list(ofResource, "scopeSpans")) {
        String scope = text(ofScope.path("scope"), "name");
        for (JsonNode span : list(ofScope, "spans")) {
          long start = nanos(span, "startTimeUnixNano");
          entries.add(
              new Entry(
                  Entry.Signal.SPAN,
                  scope,
                  resource,
                  id(span, "traceId"),
                  id(span, "spanId"),
                  id(span, "parentSpanId"),
                  text(span, "name"),
                  start,
                  Times.ofNanos(nanos(span, "endTimeUnixNano"), start),
                  isError(span.path("status").path("code")),
                  attributes(span)));
        }
      }
    }
    return entries;
  }

  static List<Entry> logs(byte[] body) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode ofResource : list(object(body), "resourceLogs")) {
      Attributes resource = attributes(ofResource.path("resource"));
      for (JsonNode ofScope : list(ofResource, "scopeLogs")) {
        String scope = text(ofScope.path("scope"), "name");
        for (JsonNode log : list(ofScope, "logRecords")) {
          JsonNode content = log.path("body").path("stringValue");
          entries.add(
              LogNames.entry(
                  scope,
                  resource,
                  id(log, "traceId"),
                  id(log, "spanId"),
                  text(log, "eventName"),
                  content.isTextual() ? content.textValue() : "",
                  nanos(log, "timeUnixNano"),
                  nanos(log, "observedTimeUnixNano"),
                  attributes(log)));
        }
      }
    }
    return entries;
  }

  /**
   * Any JSON.
   *
   * @throws Unreadable when it is none
   */
  static JsonNode parse(byte[] body) {
    try {
      return MAPPER.readTree(body);
    } catch (IOException | NumberFormatException e) {
      throw Unreadable.because("The body is not JSON.", e);
    }
  }

  /** Refuses what is no JSON object. */
  static void checkObject(byte[] body) {
    JsonNode unused = object(body);
  }

  private static JsonNode object(byte[] body) {
    JsonNode node = parse(body);
    if (!node.isObject()) {
      throw Unreadable.because("The body must be a JSON object of OTLP.", null);
    }
    return node;
  }

  private static Iterable<JsonNode> list(JsonNode object, String field) {
    JsonNode list = object.path(field);
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw wrong(field, "a list");
    }
    for (JsonNode entry : list) {
      if (!entry.isObject()) {
        throw wrong(field, "a list of objects");
      }
    }
    return list;
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw wrong(field, "a string");
    }
    return value.textValue();
  }

  private static String id(JsonNode object, String field) {
    String id = text(object, field);
    if (!id.isEmpty() && !HEX.matcher(id).matches()) {
      throw wrong(field, "16 or 32 hexadecimal digits");
    }
    return id.toLowerCase(Locale.ROOT);
  }

  private static long nanos(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    boolean isInteger =
        value.isIntegralNumber()
            || (value.isTextual() && INTEGER.matcher(value.textValue()).matches());
    BigInteger nanos =
        isInteger && value.asText().length() <= 21 ? new BigInteger(value.asText()) : null;
    if (nanos == null || nanos.signum() < 0 || nanos.compareTo(UNSIGNED_END) >= 0) {
      throw wrong(field, "a number of nanoseconds since 1970");
    }
    return nanos.longValue();
  }

  private static boolean isError(JsonNode code) {
    return code.asText().equals("2") || code.asText().equals("STATUS_CODE_ERROR");
  }

  private static Attributes attributes(JsonNode owner) {
    Attributes.Builder attributes = new Attributes.Builder();
    for (JsonNode attribute : list(owner, "attributes")) {
      attributes.put(text(attribute, "key"), value(attribute.path("value")));
    }
    return attributes.build();
  }

  /** A value of any type; null where there is none, or one that can't be a count or a name. */
  private static @Nullable JsonNode value(JsonNode any) {
    if (any.has("stringValue")) {
      return any.get("stringValue").isTextual() ? any.get("stringValue") : null;
    }
    if (any.has("intValue")) {
      JsonNode value = any.get("intValue");
      boolean isText = value.isTextual() && INTEGER.matcher(value.textValue()).matches();
      return isText ? NODES.numberNode(new BigInteger(value.textValue())) : value;
    }
    if (any.has("doubleValue")) {
      return any.get("doubleValue");
    }
    if (any.has("boolValue")) {
      return any.get("boolValue");
    }
    if (any.has("arrayValue")) {
      ArrayNode array = NODES.arrayNode();
      for (JsonNode entry : list(any.get("arrayValue"), "values")) {
        array.add(value(entry));
      }
      return array;
    }
    if (any.has("kvlistValue")) {
      ObjectNode object = NODES.objectNode();
      for (JsonNode entry : list(any.get("kvlistValue"), "values")) {
        object.set(text(entry, "key"), value(entry.path("value")));
      }
      return object;
    }
    return null;
  }

  private static Unreadable wrong(String field, String must) {
    return Unreadable.because(
        "The body is no OTLP in JSON: %s must be %s.".formatted(field, must), null);
  }
}
