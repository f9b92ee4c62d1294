package dev.peras.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.http.Call;
import dev.peras.json.Json;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Makes requests that no careful client sends: valid ones with one thing wrong, and noise. The same
 * seed makes the same requests. Not thread-safe.
 *
 * <p>Two kinds come out. Those that {@link Sample#mustFail} break a rule for sure, and address the
 * guarded names: whatever is there may not change. The others may happen to be valid, so they
 * address scratch names. Nothing at all may be answered with a 5xx.
 */
public final class RequestFuzz {
  /** The calls that take a body or a query. */
  public static final List<Call> CALLS =
      List.of(
          Call.START_SESSION,
          Call.RECORD_USAGE,
          Call.END_SESSION,
          Call.HOLD,
          Call.RELEASE_HOLD,
          Call.PUT_CUSTOMER,
          Call.TOP_UP,
          Call.PUT_PRICE,
          Call.LIST_SESSIONS,
          Call.GET_LEDGER,
          Call.LIST_CUSTOMERS,
          Call.GET_ADMISSION,
          Call.GET_REPORT,
          Call.PUT_WEBHOOK,
          Call.GET_WEBHOOK,
          Call.DELETE_WEBHOOK,
          Call.TEST_WEBHOOK,
          Call.ROTATE_SECRET,
          Call.LIST_ALERTS,
          Call.REDELIVER_ALERT);

  private static final int MAX_BODY_BYTES = 1_000_000;
  private static final String MARK = "@@here@@";

  /** Too fine for any amount but what a call did cost, which is rounded. */
  private static final Set<String> ROUNDED_TO_NOTHING = Set.of("1e-21", "1e-999999999");

  private static final List<String> BAD_NUMBERS =
      List.of(
          "-1",
          "-0.5",
          "1e-21",
          "1e400",
          "-1e400",
          "1e999999999",
          "1000e2147483647",
          "1e99999999999",
          "1e-999999999",
          "123456789012345678901234567890",
          "9".repeat(150),
          "9".repeat(5000),
          "0." + "1".repeat(900),
          "NaN",
          "Infinity",
          "-Infinity",
          "0x10",
          "01",
          "1.",
          ".5",
          "+1",
          "--1",
          "1e",
          "true",
          "\"x\"",
          "{}",
          "[]",
          "[1]",
          "1 2");

  /** None of these is an id, a name, a time, a choice, a hash or a tag. */
  private static final List<String> BAD_STRINGS =
      List.of(
          "17",
          "1.5",
          "true",
          "{}",
          "[]",
          "[\"a\"]",
          "\"" + "x".repeat(2000) + "\"",
          "\"\\ud800\"",
          "\"unended",
          "'single'",
          "\"\\x41\"",
          "\"line\nbreak\"",
          "undefined");

  private static final List<String> BAD_FLAGS =
      List.of("\"true\"", "1", "0", "\"yes\"", "[]", "TRUE", "True");

  private static final List<String> BAD_OBJECTS = List.of("[]", "\"x\"", "17", "[{}]", "{", "}");

  private static final List<String> BAD_LISTS =
      List.of("{}", "\"x\"", "17", "[null]", "[[]]", "[true]", "[", "{\"0\":{}}");

  private static final List<String> NOT_OBJECTS =
      List.of("[]", "1", "\"x\"", "null", "true", "[{}]", "{}{}", "{} 1", "{,}", "{\"a\"}", "}{");

  private static final List<String> BAD_IDS =
      List.of("", "a b", "\u0000", "\u00e9", "#", "1,5", "x".repeat(129));

  /** None of these is an amount, a month, a state or a place where a list goes on. */
  private static final List<String> BAD_IN_QUERY =
      List.of(
          "",
          "-1",
          "1e-21",
          "1e999999999",
          "1e99999999999",
          "1,5",
          "2026-13",
          "2026-11-01",
          "a b",
          "\u0000",
          "\u00e9",
          "#",
          "x".repeat(3000));

  private final RandomGenerator random;
  private final Names guarded;
  private final Names scratch;
  private long count;

  /** What requests address: all of it should exist. A webhook endpoint has the session's name. */
  public record Names(String sessionId, String customerId, String model) {}

  /**
   * One request.
   *
   * @param path encoded
   * @param mutation what was done to a valid request
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares samples
  public record Sample(Call call, String path, byte[] body, boolean mustFail, String mutation) {
    public String method() {
      return call.method();
    }

    @Override
    public String toString() {
      String text = new String(body, StandardCharsets.UTF_8);
      return "%s: %s %s %s"
          .formatted(mutation, method(), path, text.length() > 500 ? text.substring(0, 500) : text);
    }
  }

  public RequestFuzz(long seed, Names guarded, Names scratch) {
    this.random = new SplittableRandom(seed);
    this.guarded = guarded;
    this.scratch = scratch;
  }

  public Sample next() {
    return next(CALLS.get(random.nextInt(CALLS.size())));
  }

  public Sample next(Call call) {
    count++;
    if (!call.method().equals("POST") && !call.method().equals("PUT")) {
      return withQuery(call);
    }
    return switch (random.nextInt(20)) {
      case 0 -> failing(call, "not an object", bytes(pick(NOT_OBJECTS)));
      case 1 -> failing(call, "cut short", cutShort(call));
      case 2 ->
          failing(call, "trailing text", bytes(text(call) + pick(List.of("x", "}", "{}", "1"))));
      case 3 -> failing(call, "noise", noise());
      case 4 -> failing(call, "not UTF-8", notUtf8(call));
      case 5 -> failing(call, "unknown field", unknownField(call));
      case 6 -> failing(call, "duplicate field", duplicateField(call));
      case 7 -> failing(call, "deep nesting", deep(call));
      case 8 -> structural(call);
      case 9 -> badPath(call);
      case 10, 11, 12, 13, 14 -> badValue(call);
      case 15, 16, 17 ->
          new Sample(call, path(call, scratch), flipped(call), false, "flipped bytes");
      default ->
          new Sample(call, path(call, scratch), bytes(shuffled(call)), false, "other values");
    };
  }

  /** A call without a body: what can be wrong is its path and its query. */
  private Sample withQuery(Call call) {
    List<String> parameters = parameters(call);
    int kind = random.nextInt(4);
    if (kind == 0 && call.path().contains("{")) {
      return badPath(call);
    }
    if (kind <= 1 || parameters.isEmpty()) {
      String name = pick(List.of("x", "limit", "Period", "", "\ud83d\ude00"));
      return query(call, guarded, true, "unknown parameter", Map.of(name, "1"));
    }
    String name = pick(parameters);
    if (kind == 2) {
      String value = pick(name.equals("customer_id") ? BAD_IDS : BAD_IN_QUERY);
      return query(call, guarded, true, "bad value of " + name, Map.of(name, value));
    }
    Map<String, String> values = new HashMap<>();
    for (String parameter : parameters) {
      if (random.nextBoolean()) {
        values.put(parameter, queryValue(parameter));
      }
    }
    return query(call, scratch, false, "other parameters", values);
  }

  private static List<String> parameters(Call call) {
    return switch (call) {
      case LIST_SESSIONS -> List.of("customer_id", "status", "cursor");
      case GET_LEDGER -> List.of("cursor");
      case LIST_CUSTOMERS -> List.of("state", "period", "cursor");
      case GET_ADMISSION -> List.of("amount");
      case GET_REPORT -> List.of("period");
      case LIST_ALERTS -> List.of("customer_id", "period", "cursor");
      default -> List.of();
    };
  }

  private String queryValue(String parameter) {
    return switch (parameter) {
      case "customer_id" -> scratch.customerId();
      case "status" -> pick(List.of("open", "ended"));
      case "state" -> pick(List.of("ok", "alerting", "capped"));
      case "period" -> pick(List.of("1970-01", "2026-10", "2026-11", "9999-12"));
      case "amount" -> pick(List.of("0", "1e-20", "0.5", "1000000000"));
      default -> cursor();
    };
  }

  /** What looks like a place where a list goes on, made by someone who has seen one. */
  private String cursor() {
    List<String> parts =
        List.of(
            "step",
            "0",
            "7",
            "99",
            "-1",
            "0@0",
            "0@x",
            "3@99999999999999999999",
            "@",
            "#",
            "-",
            "SESSION#scratch",
            "SESSION",
            "CUSTOMER#scratch",
            "OPEN#2026-11#scratch",
            "ENDED#x#",
            "MONTH#2026-11",
            "x".repeat(1100),
            "\u0000",
            "");
    byte[] text = bytes(pick(parts) + pick(List.of("\n", "\n", "\n", "")) + pick(parts));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  private static Sample query(
      Call call, Names names, boolean mustFail, String mutation, Map<String, String> values) {
    String query =
        values.entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&", "?", ""));
    return new Sample(call, path(call, names) + query, new byte[0], mustFail, mutation);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Sample failing(Call call, String mutation, byte[] body) {
    return new Sample(call, path(call, guarded), body, true, mutation);
  }

  private byte[] cutShort(Call call) {
    byte[] whole = bytes(text(call));
    byte[] part = new byte[1 + random.nextInt(whole.length - 1)];
    System.arraycopy(whole, 0, part, 0, part.length);
    return part;
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(300)];
    random.nextBytes(noise);
    noise[0] = (byte) 0xff;
    return noise;
  }

  /** A byte that starts no character, where no reader that replaces it could make sense of it. */
  private byte[] notUtf8(Call call) {
    byte[] whole = bytes(text(call));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('{');
    out.writeBytes(pick(List.of(new byte[] {(byte) 0x80}, new byte[] {(byte) 0xc3, 0x28})));
    out.write(whole, 1, whole.length - 1);
    return out.toByteArray();
  }

  private byte[] unknownField(Call call) {
    ObjectNode body = valid(call, guarded);
    List<ObjectNode> objects = new ArrayList<>();
    collectObjects(body, objects);
    String name = pick(List.of("x", "", "Event_id", "input-tokens", "__proto__", "\ud83d\ude00"));
    pick(objects).put(name, 1);
    return bytes(Json.write(body));
  }

  private byte[] duplicateField(Call call) {
    ObjectNode body = valid(call, guarded);
    body.put("x", 1);
    List<String> names = new ArrayList<>();
    body.fieldNames().forEachRemaining(names::add);
    String name = pick(names);
    return bytes(
        "{\"" + name + "\":" + Json.write(body.get(name)) + "," + Json.write(body).substring(1));
  }

  private byte[] deep(Call call) {
    int depth = 10 + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 100);
    boolean isClosed = random.nextBoolean();
    boolean isList = random.nextBoolean();
    String nested = (isList ? "[" : "{\"a\":").repeat(depth) + "1";
    nested = isClosed ? nested + (isList ? "]" : "}").repeat(depth) : nested;
    ObjectNode body = valid(call, guarded);
    body.put("x", MARK);
    return bytes(marked(body, nested));
  }

  /** What breaks a rule about the request as a whole. */
  private Sample structural(Call call) {
    ObjectNode body = valid(call, guarded);
    switch (call) {
      case RECORD_USAGE -> {
        ObjectNode event = event();
        switch (random.nextInt(6)) {
          case 0 -> body = batch(List.of());
          case 1 -> body = batch(repeated(event, 91));
          case 2 -> body = batch(List.of(event, event.deepCopy().put("output_tokens", 999_999)));
          case 3 -> {
            event.remove(pick(List.of("event_id", "input_tokens", "output_tokens")));
            body = random.nextBoolean() ? event : batch(List.of(event()), event);
          }
          case 4 -> body = reported().put("output_tokens", 1);
          default -> body = event.put("reasoning_tokens", 1_000_000);
        }
      }
      case PUT_PRICE -> body.remove(pick(List.of("input", "output")));
      case PUT_CUSTOMER -> body.putArray("alert_thresholds").add("50%").add("50.0%");
      case START_SESSION -> body.put("budget", 0);
      case TOP_UP -> body.remove(pick(List.of("top_up_id", "amount")));
      case PUT_WEBHOOK -> {
        switch (random.nextInt(3)) {
          case 0 -> body.remove(pick(List.of("url", "format")));
          case 1 -> body.putArray("events");
          default -> body.put("routing_key", "only for pagerduty");
        }
      }
      case HOLD -> {
        switch (random.nextInt(4)) {
          case 0 -> body = byAmount().put(pick(List.of("model", "input_tokens")), 1);
          case 1 -> body = byCall(guarded).put("amount", 1);
          case 2 -> {
            body = byCall(guarded);
            body.remove(pick(List.of("hold_id", "input_tokens", "max_output_tokens")));
          }
          default -> body = Json.object().put("hold_id", "h");
        }
      }
      default -> body.putNull("x");
    }
    if (random.nextInt(25) == 0) {
      return failing(call, "too large", bytes(Json.write(body) + " ".repeat(MAX_BODY_BYTES)));
    }
    return failing(call, "against a rule of the whole", bytes(Json.write(body)));
  }

  private Sample badPath(Call call) {
    if (call == Call.START_SESSION) {
      return failing(call, "empty", new byte[0]);
    }
    String bad = pick(List.of("a b", "a\u0000", "x".repeat(201), "\u200b", "a\u00a0b", "a\tb"));
    Names names = new Names(bad, bad, bad);
    byte[] body = call.method().startsWith("P") ? bytes(text(call)) : new byte[0];
    return new Sample(call, path(call, names), body, true, "bad name in the path");
  }

  private Sample badValue(Call call) {
    ObjectNode body = valid(call, guarded);
    List<Place> places = new ArrayList<>();
    collectPlaces(body, "", places);
    places.removeIf(place -> place.name().endsWith("prompt"));
    if (places.isEmpty()) {
      return failing(call, "unknown field", unknownField(call));
    }
    Place place = pick(places);
    JsonNode value = place.value();
    List<String> bad =
        switch (value.getNodeType()) {
          case NUMBER -> BAD_NUMBERS;
          // A threshold may be a string or a number.
          case STRING -> place.name().startsWith("alert_thresholds") ? BAD_NUMBERS : BAD_STRINGS;
          case BOOLEAN -> BAD_FLAGS;
          case ARRAY -> BAD_LISTS;
          default -> BAD_OBJECTS;
        };
    String token = pick(bad);
    if (place.name().endsWith("cost") && ROUNDED_TO_NOTHING.contains(token)) {
      token = "-1";
    }
    place.set(MARK);
    return failing(call, "bad value of " + place.name(), bytes(marked(body, token)));
  }

  private byte[] flipped(Call call) {
    byte[] body = bytes(Json.write(valid(call, scratch)));
    for (int i = random.nextInt(4); i >= 0; i--) {
      body[random.nextInt(body.length)] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) pick(List.of('0', '"', ',', '{', '9', '-')).charValue();
    }
    return body;
  }

  /** A valid request with the values of some fields exchanged. */
  private String shuffled(Call call) {
    ObjectNode body = valid(call, scratch);
    List<Place> places = new ArrayList<>();
    collectPlaces(body, "", places);
    for (int i = random.nextInt(3); i >= 0 && !places.isEmpty(); i--) {
      Place from = pick(places);
      Place to = pick(places);
      if (!from.value().isContainerNode() && !to.value().isContainerNode()) {
        to.set(from.value());
      }
    }
    return Json.write(body);
  }

  private String text(Call call) {
    return Json.write(valid(call, guarded));
  }

  private static String path(Call call, Names names) {
    String path = call.path();
    for (Map.Entry<String, String> name :
        Map.of(
                "{session_id}", names.sessionId(),
                "{hold_id}", "hold-1",
                "{webhook_id}", names.sessionId(),
                "{alert_id}", names.sessionId(),
                "{customer_id}", names.customerId(),
                "{model+}", names.model())
            .entrySet()) {
      path = path.replace(name.getKey(), encoded(name.getValue()));
    }
    return path;
  }

  /** A request that nothing is wrong with, with all fields that the call knows. */
  private ObjectNode valid(Call call, Names names) {
    return switch (call) {
      case START_SESSION -> start(names);
      case RECORD_USAGE ->
          switch (random.nextInt(4)) {
            case 0 -> batch(List.of(event()), event());
            case 1 -> batch(List.of(event()), reported());
            case 2 -> reported();
            default -> event();
          };
      case PUT_CUSTOMER -> customer();
      case PUT_PRICE -> price();
      case HOLD -> random.nextBoolean() ? byAmount() : byCall(names);
      case TOP_UP -> topUp();
      case PUT_WEBHOOK -> webhook(names);
      default -> Json.object();
    };
  }

  private ObjectNode start(Names names) {
    ObjectNode body = Json.object();
    body.put("session_id", "fuzz-" + count);
    body.put("customer_id", names.customerId());
    body.put("task", "review");
    body.put("model", names.model());
    body.put("budget", 12.5);
    ObjectNode detectors = body.putObject("detectors");
    detectors.put("budget_exceeded", true);
    detectors.putObject("retry_loop").put("steps", 4);
    detectors.putObject("context_bloat").put("ratio", 1.5).put("min_context_tokens", 20_000);
    detectors.put("token_acceleration", false);
    body.putObject("tags").put("team", "blue").put("run", "7");
    return body;
  }

  private ObjectNode event() {
    ObjectNode body = Json.object();
    body.put("event_id", "fuzz-" + count + "-" + random.nextInt(1_000_000));
    body.put("model", TestServices.MODEL);
    body.put("input_tokens", random.nextInt(100_000));
    body.put("output_tokens", 100 + random.nextInt(10_000));
    body.put("cache_read_tokens", random.nextInt(100_000));
    body.put("cache_write_tokens", 17);
    body.put("cache_write_1h_tokens", 18);
    body.put("reasoning_tokens", 19);
    body.put("batch", random.nextBoolean());
    body.put("tool_calls", 2);
    body.put("prompt", "Why?");
    body.put("result_hash", "abc");
    body.put("cost", 0.25);
    body.put("occurred_at", "2026-11-01T10:00:00.5+02:00");
    body.put("hold_id", "hold-1");
    body.putObject("tags").put("team", "blue");
    return body;
  }

  /** An event with what a provider reported in place of token buckets. */
  private ObjectNode reported() {
    ObjectNode body = Json.object();
    body.put("event_id", "fuzz-" + count + "-" + random.nextInt(1_000_000));
    body.put("model", TestServices.MODEL);
    ObjectNode usage = body.putObject("usage");
    usage.put("prompt_tokens", 2006);
    usage.put("completion_tokens", 300);
    usage.put("total_tokens", 2306);
    usage.putObject("prompt_tokens_details").put("cached_tokens", 1920);
    usage.putObject("completion_tokens_details").put("reasoning_tokens", 64);
    return body;
  }

  private ObjectNode byAmount() {
    ObjectNode body = Json.object();
    body.put("hold_id", "fuzz-" + count);
    body.put("amount", 0.01);
    body.put("ttl_seconds", 60);
    return body;
  }

  private ObjectNode byCall(Names names) {
    ObjectNode body = Json.object();
    body.put("hold_id", "fuzz-" + count);
    body.put("model", names.model());
    body.put("input_tokens", random.nextInt(1000));
    body.put("max_output_tokens", 100);
    body.put("cache_write_tokens", 17);
    body.put("cache_write_1h_tokens", 18);
    body.put("ttl_seconds", 3600);
    return body;
  }

  private ObjectNode topUp() {
    ObjectNode body = Json.object();
    body.put("top_up_id", "fuzz-" + count);
    body.put("amount", 12.5);
    body.put("reason", "A big release");
    return body;
  }

  /** Nobody listens there, and no misprint of it is the name of another host. */
  private static ObjectNode webhook(Names names) {
    ObjectNode body = Json.object();
    body.put("url", "http://127.0.0.1:9/hook");
    body.put("format", "standard");
    body.putArray("events").add("customer.capped").add("session.warning");
    body.put("customer_id", names.customerId());
    body.put("enabled", true);
    return body;
  }

  private static ObjectNode batch(List<ObjectNode> events, ObjectNode... more) {
    ObjectNode body = Json.object();
    ArrayNode list = body.putArray("events");
    events.forEach(list::add);
    List.of(more).forEach(list::add);
    return body;
  }

  private static List<ObjectNode> repeated(ObjectNode event, int times) {
    List<ObjectNode> events = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      events.add(event.deepCopy().put("event_id", "e" + i));
    }
    return events;
  }

  private static ObjectNode customer() {
    ObjectNode body = Json.object();
    body.put("monthly_cap", 500);
    body.putArray("alert_thresholds").add(200).add("80%");
    body.put("on_cap", "alert");
    body.put("plan_price", 49.99);
    body.put("time_zone", "Europe/Athens");
    body.put("idle_timeout_minutes", 30);
    return body;
  }

  private static ObjectNode price() {
    ObjectNode body = rates();
    body.set("batch", rates());
    ArrayNode tiers = body.putArray("tiers");
    tiers.add(rates().put("above_input_tokens", 100_000));
    tiers.add(rates().put("above_input_tokens", 200_000));
    body.put("effective_from", "2026-11-01T00:00:00Z");
    return body;
  }

  private static ObjectNode rates() {
    ObjectNode body = Json.object();
    body.put("input", 1.25);
    body.put("output", 10);
    body.put("cache_read", 0.125);
    body.put("cache_write", 2);
    body.put("cache_write_1h", 2.5);
    body.put("reasoning", 11);
    return body;
  }

  /** A value in a body. */
  private record Place(JsonNode parent, String key, int index, String name) {
    JsonNode value() {
      return parent.isArray() ? parent.get(index) : parent.get(key);
    }

    void set(String text) {
      set(Json.text(text));
    }

    void set(JsonNode value) {
      if (parent instanceof ArrayNode array) {
        array.set(index, value);
      } else if (parent instanceof ObjectNode object) {
        object.set(key, value);
      }
    }
  }

  private static void collectPlaces(JsonNode node, String path, List<Place> out) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(entry -> add(new Place(object, entry.getKey(), 0, path + entry.getKey()), out));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      add(new Place(node, "", i, path + i), out);
    }
  }

  private static void add(Place place, List<Place> out) {
    out.add(place);
    collectPlaces(place.value(), place.name() + ".", out);
  }

  /** All objects but tags and a provider's usage, where any name is fine. */
  private static void collectObjects(JsonNode node, List<ObjectNode> out) {
    if (node instanceof ObjectNode object) {
      out.add(object);
      object
          .properties()
          .forEach(entry -> {
            if (!entry.getKey().equals("tags") && !entry.getKey().equals("usage")) {
              collectObjects(entry.getValue(), out);
            }
          });
    }
    if (node.isArray()) {
      node.forEach(entry -> collectObjects(entry, out));
    }
  }

  private static String marked(ObjectNode body, String token) {
    return Json.write(body).replace("\"" + MARK + "\"", token);
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
