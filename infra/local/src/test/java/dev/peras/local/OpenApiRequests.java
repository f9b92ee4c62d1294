package dev.peras.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.local.OpenApiDocument.Operation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of what an OpenAPI document says, and of nothing else: valid ones, often at the
 * bounds, and the same with one thing wrong. The same seed makes the same requests. Not
 * thread-safe.
 */
final class OpenApiRequests {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String UNKNOWN = "zz";

  /** Beside a choice: what it is made by, though the schema does not require it. */
  private static final String SENT = "x-sent";

  private static final Pattern CHARACTERS = Pattern.compile("\\^\\[(.*)]\\{1,\\d+}\\$");

  /** No pattern of the document takes this, and no choice is called so. */
  private static final String ODD = "a b";

  private static final List<JsonNode> OF_EVERY_TYPE =
      List.of(
          JSON.textNode("x"),
          JSON.numberNode(17),
          JSON.booleanNode(true),
          JSON.objectNode(),
          JSON.arrayNode());

  private final OpenApiDocument document;
  private final SplittableRandom random;
  private final Map<String, String> names;

  /**
   * A source of requests.
   *
   * @param names values of parameters and fields that have to name something, or may not name
   *     anything else
   */
  OpenApiRequests(OpenApiDocument document, long seed, Map<String, String> names) {
    this.document = document;
    this.random = new SplittableRandom(seed);
    this.names = Map.copyOf(names);
  }

  /**
   * A request.
   *
   * @param body null for none
   */
  record Sample(
      Operation operation,
      Map<String, String> path,
      Map<String, String> query,
      @Nullable JsonNode body) {

    String uri() {
      String uri = operation.path();
      for (var entry : path.entrySet()) {
        uri = uri.replace("{" + entry.getKey() + "}", encoded(entry.getValue()));
      }
      return query.entrySet().stream()
          .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
          .collect(Collectors.joining("&", query.isEmpty() ? uri : uri + "?", ""));
    }

    private static String encoded(String text) {
      return Client.encoded(text).replace("+", "%20");
    }

    @Override
    public String toString() {
      String text = String.valueOf(body);
      return "%s %s %s"
          .formatted(
              operation.method(), uri(), text.length() > 800 ? text.substring(0, 800) : text);
    }
  }

  /**
   * A request with one thing wrong.
   *
   * @param field what the answer must name; null where that depends
   * @param known for an unknown field or parameter: those that the document has there
   */
  record Broken(Sample sample, String fault, @Nullable String field, Set<String> known) {
    Broken(Sample sample, String fault, @Nullable String field) {
      this(sample, fault, field, Set.of());
    }

    @Override
    public String toString() {
      return fault + (field == null ? "" : " of " + field) + ": " + sample;
    }
  }

  /** A value, and the schema that it was made by, with all choices made. */
  private record Made(JsonNode value, JsonNode schema, Map<Object, Made> parts) {
    Made(JsonNode value, JsonNode schema) {
      this(value, schema, Map.of());
    }
  }

  Sample valid(Operation operation) {
    Made body = body(operation);
    return sample(operation, body == null ? null : body.value());
  }

  /** One valid request with each single thing wrong with it in turn. */
  List<Broken> broken(Operation operation) {
    Made body = body(operation);
    Sample valid = sample(operation, body == null ? null : body.value());
    List<Broken> all = new ArrayList<>();
    breakParameters(valid, all);
    if (body != null) {
      JsonNode schema = bodySchema(operation);
      if (!document.resolved(schema).path("type").toString().contains("array")) {
        all.add(new Broken(withBody(valid, JSON.arrayNode()), "not an object", null));
      }
      breakValue(new Place(valid, List.of(), ""), body, document.resolved(schema), all);
    }
    return all;
  }

  private Sample sample(Operation operation, @Nullable JsonNode body) {
    Map<String, String> path = new LinkedHashMap<>();
    Map<String, String> query = new TreeMap<>();
    for (JsonNode parameter : operation.parameters()) {
      String name = parameter.path("name").textValue();
      if (parameter.path("in").textValue().equals("path")) {
        path.put(name, made(parameter.path("schema"), name).value().asText());
      } else if (random.nextBoolean() && !name.equals("cursor")) {
        // Nobody but the server makes a cursor.
        query.put(name, plain(made(parameter.path("schema"), name).value()));
      }
    }
    return new Sample(operation, path, query, body);
  }

  private @Nullable Made body(Operation operation) {
    JsonNode body = operation.node().path("requestBody");
    boolean isSent =
        !body.isMissingNode() && (body.path("required").booleanValue() || random.nextBoolean());
    return isSent ? made(bodySchema(operation), "") : null;
  }

  private static JsonNode bodySchema(Operation operation) {
    return operation.node().at("/requestBody/content/application~1json/schema");
  }

  // Valid values.

  private Made made(JsonNode reference, String name) {
    String fixed = names.get(name);
    JsonNode schema = chosen(document.resolved(reference));
    if (fixed != null) {
      return new Made(JSON.textNode(fixed), schema);
    }
    if (schema.has("enum")) {
      return new Made(pick(schema.path("enum")), schema);
    }
    if (schema.has("examples")) {
      return new Made(pick(schema.path("examples")), schema);
    }
    return switch (type(schema)) {
      case "object" -> object(schema);
      case "array" -> list(schema, name);
      case "string" -> new Made(JSON.textNode(text(schema)), schema);
      case "boolean" -> new Made(JSON.booleanNode(random.nextBoolean()), schema);
      case "integer", "number" -> new Made(JSON.numberNode(number(schema)), schema);
      default -> new Made(JSON.nullNode(), schema);
    };
  }

  /** One of several schemas. What a choice says comes on top of what its parent says. */
  private JsonNode chosen(JsonNode schema) {
    if (!schema.has("oneOf")) {
      return schema;
    }
    JsonNode choice = pick(schema.path("oneOf"));
    if (!schema.has("properties")) {
      return chosen(document.resolved(choice));
    }
    ObjectNode merged = schema.deepCopy();
    merged.remove("oneOf");
    ArrayNode required = merged.withArray("required");
    choice.path("required").forEach(required::add);
    choice
        .path("properties")
        .properties()
        .forEach(property -> {
          if (property.getValue().isObject()) {
            ObjectNode own = (ObjectNode) merged.path("properties").path(property.getKey());
            own.setAll((ObjectNode) property.getValue());
          } else if (property.getValue().booleanValue()) {
            merged.withArray(SENT).add(property.getKey());
          } else {
            merged.withObject("properties").remove(property.getKey());
          }
        });
    return merged;
  }

  private String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    return (type.isArray() ? pick(type) : type).asText();
  }

  private Made object(JsonNode schema) {
    ObjectNode value = JSON.objectNode();
    Map<Object, Made> parts = new LinkedHashMap<>();
    List<String> sent = texts(schema.path("required"));
    sent.addAll(texts(schema.path(SENT)));
    sent.addAll(names.keySet());
    for (var property : schema.path("properties").properties()) {
      String name = property.getKey();
      boolean isSent = sent.contains(name) || random.nextBoolean();
      if (isSent) {
        parts.put(name, made(property.getValue(), name));
      }
    }
    List<String> apart = texts(schema.at("/not/required"));
    if (!apart.isEmpty() && parts.keySet().containsAll(apart)) {
      parts.remove(apart.getLast());
    }
    parts.replaceAll((name, part) -> atMost(part, parts));
    if (schema.path("additionalProperties").isObject()) {
      parts.put("label", made(schema.path("additionalProperties"), ""));
    }
    parts.forEach((name, part) -> value.set((String) name, part.value()));
    return new Made(value, schema, parts);
  }

  private Made atMost(Made part, Map<Object, Made> siblings) {
    JsonNode other = part.schema().path("x-at-most");
    if (other.isMissingNode()) {
      return part;
    }
    long most = Objects.requireNonNull(siblings.get(other.textValue())).value().longValue();
    return new Made(JSON.numberNode(Math.min(most, part.value().longValue())), part.schema());
  }

  /** Lists of one entry: whether several fit together is not for a schema to say. */
  private Made list(JsonNode schema, String name) {
    Made entry = made(schema.path("items"), name);
    return new Made(JSON.arrayNode().add(entry.value()), schema, Map.of(0, entry));
  }

  private String text(JsonNode schema) {
    Matcher pattern = CHARACTERS.matcher(schema.path("pattern").asText());
    if (pattern.matches()) {
      return characters(pattern.group(1), 1 + random.nextInt(20));
    }
    if (schema.has("pattern")) {
      throw new IllegalStateException("an example is needed for " + schema);
    }
    int min = schema.path("minLength").asInt(0);
    int max = schema.path("maxLength").asInt(100);
    int length = random.nextInt(8) == 0 ? max : min + random.nextInt(Math.min(max - min, 20) + 1);
    return characters("a-z .", length);
  }

  private String characters(String of, int count) {
    Pattern allowed = Pattern.compile("[" + of + "]");
    StringBuilder text = new StringBuilder();
    while (text.length() < count) {
      String next = Character.toString((char) (' ' + random.nextInt(95)));
      text.append(allowed.matcher(next).matches() ? next : "");
    }
    return text.toString();
  }

  private BigDecimal number(JsonNode schema) {
    int decimals = schema.path("x-max-decimals").asInt(0);
    BigDecimal least = BigDecimal.ONE.movePointLeft(decimals);
    BigDecimal min =
        schema.has("exclusiveMinimum")
            ? schema.path("exclusiveMinimum").decimalValue().add(least)
            : schema.path("minimum").decimalValue();
    BigDecimal max =
        schema.has("exclusiveMaximum")
            ? schema.path("exclusiveMaximum").decimalValue().subtract(least)
            : schema.path("maximum").decimalValue();
    return switch (random.nextInt(4)) {
      case 0 -> min;
      case 1 -> max;
      default ->
          min.add(BigDecimal.valueOf(random.nextLong(1_000_000), 3))
              .setScale(decimals, RoundingMode.DOWN)
              .max(min)
              .min(max);
    };
  }

  // One thing wrong.

  /** Where in a request a value is, and what answers call it. */
  private record Place(Sample valid, List<Object> keys, String field) {
    Place at(Object key) {
      List<Object> longer = new ArrayList<>(keys);
      longer.add(key);
      String dot = field.isEmpty() ? "" : ".";
      String name = key instanceof Integer ? field + "[" + key + "]" : field + dot + key;
      return new Place(valid, longer, name);
    }

    /** The request with another value here; without any for null. */
    Sample with(@Nullable JsonNode value) {
      if (keys.isEmpty()) {
        return withBody(valid, value);
      }
      JsonNode body = Objects.requireNonNull(valid.body()).deepCopy();
      JsonNode parent = body;
      for (Object key : keys.subList(0, keys.size() - 1)) {
        parent = key instanceof Integer i ? parent.path(i) : parent.path((String) key);
      }
      if (keys.getLast() instanceof Integer index) {
        ((ArrayNode) parent).set(index, value);
      } else if (value == null) {
        ((ObjectNode) parent).remove((String) keys.getLast());
      } else {
        ((ObjectNode) parent).set((String) keys.getLast(), value);
      }
      return withBody(valid, body);
    }
  }

  private static Sample withBody(Sample sample, @Nullable JsonNode body) {
    return new Sample(sample.operation(), sample.path(), sample.query(), body);
  }

  private void breakParameters(Sample valid, List<Broken> all) {
    Set<String> known = new TreeSet<>();
    Broken unknown = withQuery(valid, UNKNOWN, "1", "an unknown parameter");
    all.add(new Broken(unknown.sample(), unknown.fault(), unknown.field(), known));
    for (JsonNode parameter : valid.operation().parameters()) {
      String name = parameter.path("name").textValue();
      JsonNode schema = document.resolved(parameter.path("schema"));
      if (parameter.path("in").textValue().equals("path")) {
        Map<String, String> path = new LinkedHashMap<>(valid.path());
        path.put(name, ODD);
        Sample sample = new Sample(valid.operation(), path, valid.query(), valid.body());
        all.add(new Broken(sample, "a bad name", name));
        continue;
      }
      known.add(name);
      if (schema.has("pattern")
          || schema.has("enum")
          || schema.path("type").asText("").equals("number")) {
        all.add(withQuery(valid, name, ODD, "a bad value"));
      }
      wrong(schema).forEach((fault, value) -> all.add(withQuery(valid, name, plain(value), fault)));
    }
  }

  private static Broken withQuery(Sample valid, String name, String value, String fault) {
    Map<String, String> query = new TreeMap<>(valid.query());
    query.put(name, value);
    return new Broken(
        new Sample(valid.operation(), valid.path(), query, valid.body()), fault, name);
  }

  /**
   * Breaks a value of the body in every way.
   *
   * @param asked the schema before choices were made
   */
  private void breakValue(Place place, Made made, JsonNode asked, List<Broken> all) {
    JsonNode schema = made.schema();
    if (!place.keys().isEmpty()) {
      Set<String> types = types(asked);
      List<JsonNode> others =
          OF_EVERY_TYPE.stream().filter(value -> !types.contains(typeOf(value))).toList();
      JsonNode other = others.get(random.nextInt(others.size()));
      all.add(new Broken(place.with(other), "a wrong type", place.field()));
    }
    wrong(schema)
        .forEach((fault, value) -> all.add(new Broken(place.with(value), fault, place.field())));
    if (made.value().isObject()) {
      breakObject(place, made, asked, all);
    }
    if (made.value().isArray()) {
      breakList(place, made, all);
    }
    made.parts()
        .forEach((key, part) -> {
          JsonNode of =
              key instanceof Integer
                  ? schema.path("items")
                  : schema.path("properties").path((String) key);
          JsonNode itsSchema =
              of.isMissingNode() ? schema.path("additionalProperties") : document.resolved(of);
          breakValue(place.at(key), part, itsSchema, all);
        });
  }

  /** What an event needs none of that says what it cost. */
  private static final List<String> COUNTS = List.of("usage", "input_tokens", "output_tokens");

  private void breakObject(Place place, Made made, JsonNode asked, List<Broken> all) {
    JsonNode schema = made.schema();
    // Without what tells one kind of request from another, the answer can't know which was meant.
    boolean isOneOfSeveral = asked.has("oneOf") && !asked.has("properties");
    boolean hasEnough = texts(asked.path("x-alone")).stream().anyMatch(made.value()::has);
    boolean isPaid = made.value().has("cost") || made.value().has("fees");
    for (String name : texts(schema.path("required"))) {
      if ((hasEnough && tellsKindsApart(asked, name)) || (isPaid && COUNTS.contains(name))) {
        continue;
      }
      Place at = place.at(name);
      String field = isOneOfSeveral || tellsKindsApart(asked, name) ? null : at.field();
      all.add(new Broken(at.with(null), "no value", field));
      all.add(new Broken(at.with(JSON.nullNode()), "null in place", field));
    }
    if (schema.path("additionalProperties").isBoolean()
        && !schema.path("additionalProperties").booleanValue()) {
      Place unknown = place.at(UNKNOWN);
      Sample sample = unknown.with(JSON.numberNode(1));
      all.add(new Broken(sample, "an unknown field", unknown.field(), fields(asked)));
    }
    asked
        .path("properties")
        .properties()
        .forEach(property -> {
          String name = property.getKey();
          if (!schema.path("properties").has(name)) {
            JsonNode value = made(property.getValue(), name).value();
            all.add(new Broken(place.at(name).with(value), "a field of another kind", null));
          }
        });
    List<String> apart = texts(schema.at("/not/required"));
    if (!apart.isEmpty()) {
      ObjectNode both = made.value().deepCopy();
      apart.forEach(name -> both.put(name, "x"));
      all.add(new Broken(place.with(both), "two fields that exclude each other", null));
    }
    made.parts()
        .forEach((name, part) -> {
          JsonNode other = part.schema().path("x-at-most");
          if (!other.isMissingNode()) {
            long more = made.value().path(other.textValue()).longValue() + 1;
            Place at = place.at(name);
            all.add(new Broken(at.with(JSON.numberNode(more)), "more than another", at.field()));
          }
        });
    if (schema.has("maxProperties")) {
      ObjectNode many = JSON.objectNode();
      for (int i = 0; i <= schema.path("maxProperties").intValue(); i++) {
        many.put("label" + i, "x");
      }
      all.add(new Broken(place.with(many), "too many entries", place.field()));
      int max = schema.at("/propertyNames/maxLength").intValue();
      ObjectNode longName = JSON.objectNode().put("x".repeat(max + 1), "x");
      all.add(new Broken(place.with(longName), "a long name", place.field()));
    }
  }

  /** Whether nothing else shows which kind of request was meant. */
  private static boolean tellsKindsApart(JsonNode asked, String name) {
    for (JsonNode choice : asked.path("oneOf")) {
      if (texts(choice.path("required")).equals(List.of(name))) {
        return true;
      }
    }
    return false;
  }

  private static void breakList(Place place, Made made, List<Broken> all) {
    if (made.schema().path("minItems").asInt(0) > 0) {
      all.add(new Broken(place.with(JSON.arrayNode()), "no entry", place.field()));
    }
    ArrayNode many = JSON.arrayNode();
    for (int i = 0; i <= made.schema().path("maxItems").intValue(); i++) {
      many.add(made.value().path(0));
    }
    all.add(new Broken(place.with(many), "too many entries", place.field()));
  }

  /** Values of the right type that a schema excludes. */
  private static Map<String, JsonNode> wrong(JsonNode schema) {
    Map<String, JsonNode> wrong = new TreeMap<>();
    if (schema.has("pattern") || schema.has("enum") || schema.has("format")) {
      wrong.put("none of what it may be", JSON.textNode(ODD));
    }
    if (schema.path("minLength").asInt(0) > 0) {
      wrong.put("empty", JSON.textNode(""));
    }
    if (schema.has("maxLength")) {
      wrong.put("too long", JSON.textNode("x".repeat(schema.path("maxLength").intValue() + 1)));
    }
    boolean limitsDecimals =
        schema.has("x-max-decimals") || schema.path("type").asText().equals("integer");
    int decimals = schema.path("x-max-decimals").asInt(0);
    BigDecimal least = BigDecimal.ONE.movePointLeft(decimals);
    if (schema.has("minimum")) {
      BigDecimal minimum = schema.path("minimum").decimalValue();
      wrong.put("too small", JSON.numberNode(minimum.subtract(least)));
      if (limitsDecimals) {
        wrong.put("too fine", JSON.numberNode(minimum.add(least.movePointLeft(1))));
      }
    }
    if (schema.has("exclusiveMinimum")) {
      BigDecimal minimum = schema.path("exclusiveMinimum").decimalValue();
      wrong.put("too small", JSON.numberNode(minimum));
      wrong.put("too fine", JSON.numberNode(minimum.add(least).add(least.movePointLeft(1))));
    }
    if (schema.has("maximum")) {
      wrong.put("too large", JSON.numberNode(schema.path("maximum").decimalValue().add(least)));
    }
    if (schema.has("exclusiveMaximum")) {
      wrong.put("too large", JSON.numberNode(schema.path("exclusiveMaximum").decimalValue()));
    }
    return wrong;
  }

  /** The fields of an object, whatever is chosen. */
  private Set<String> fields(JsonNode schema) {
    Set<String> fields = new TreeSet<>();
    schema.path("properties").fieldNames().forEachRemaining(fields::add);
    for (JsonNode choice : schema.path("oneOf")) {
      fields.addAll(fields(document.resolved(choice)));
    }
    return fields;
  }

  private Set<String> types(JsonNode schema) {
    Set<String> types = new TreeSet<>();
    JsonNode type = schema.path("type");
    types.addAll(type.isArray() ? texts(type) : List.of(type.asText()));
    for (JsonNode choice : schema.path("oneOf")) {
      types.addAll(types(document.resolved(choice)));
    }
    if (types.contains("integer")) {
      types.add("number");
    }
    return types;
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      default -> "object";
    };
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** As a query has it. */
  private static String plain(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }

  private JsonNode pick(JsonNode list) {
    return list.path(random.nextInt(list.size()));
  }
}
