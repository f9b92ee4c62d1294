package dev.peras.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeSet;

/** The calls under {@code /_local/}, which only the runner has. */
final class LocalCalls {
  static final String PREFIX = "/_local/";

  private static final String INVOKE = PREFIX + "invoke/";
  private static final String CLOCK = PREFIX + "clock";
  private static final String METRICS = PREFIX + "metrics";
  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Map<String, LocalFunction> functions;
  private final Map<String, FunctionTable> tables;
  private final MovableClock clock;

  LocalCalls(
      Map<String, LocalFunction> functions, Map<String, FunctionTable> tables, MovableClock clock) {
    this.functions = functions;
    this.tables = tables;
    this.clock = clock;
  }

  Reply answer(String method, String path, String body) throws Problem {
    if (path.startsWith(INVOKE)) {
      require(method.equals("POST"), method, path);
      return invoke(path.substring(INVOKE.length()), body);
    }
    if (path.equals(CLOCK)) {
      require(method.equals("POST") || method.equals("GET"), method, path);
      if (method.equals("POST")) {
        move(body);
      }
      return json(
          JSON.createObjectNode()
              .put("now", clock.instant().toString())
              .put("real", clock.isReal())
              .toString());
    }
    if (path.equals(METRICS)) {
      require(method.equals("GET"), method, path);
      return json(metrics().toString());
    }
    throw new Problem(
        404,
        "Not found",
        "not_found",
        "The runner has /_local/clock, /_local/metrics and /_local/invoke/{FunctionName}.");
  }

  /** What DynamoDB would have been asked and paid for since the start, in all and by function. */
  private ObjectNode metrics() {
    ObjectNode json =
        CapacityMeter.sum(tables.values().stream().map(FunctionTable::meter).toList()).toJson();
    ObjectNode byFunction = json.putObject("functions");
    tables.forEach((name, table) -> byFunction.set(name, table.meter().toJson()));
    return json;
  }

  private Reply invoke(String name, String event) throws Problem {
    LocalFunction function = functions.get(name);
    if (function == null) {
      throw new Problem(
          404,
          "Unknown function",
          "unknown_function",
          "No function is called %s. There are %s."
              .formatted(name, String.join(", ", new TreeSet<>(functions.keySet()))));
    }
    return json(function.invokeJson(event));
  }

  private void move(String body) throws Problem {
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw badClock("The body is not JSON.");
    }
    JsonNode now = request.path("now");
    if (request.size() != 1 || !(now.isTextual() || now.isNull())) {
      throw badClock("The body has to be {\"now\": a time} or {\"now\": null}.");
    }
    if (now.isNull()) {
      clock.reset();
      return;
    }
    try {
      Instant instant = Instant.parse(now.asText());
      if (instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST)) {
        throw badClock("now has to be between the years 1970 and 9999.");
      }
      clock.set(instant);
    } catch (DateTimeParseException e) {
      throw badClock("now has to be a time like 2026-12-01T00:00:00Z.");
    }
  }

  private static Problem badClock(String detail) {
    return new Problem(400, "Bad request", "bad_request", detail);
  }

  private static void require(boolean allowed, String method, String path) throws Problem {
    if (!allowed) {
      throw new Problem(
          405, "Method not allowed", "method_not_allowed", path + " does not take " + method + ".");
    }
  }

  private static Reply json(String body) {
    return Reply.of(200, "application/json", body);
  }
}
