package dev.peras.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.peras.engine.money.Usd;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Strict reading and writing of JSON: input that two readers could understand differently is an
 * error.
 *
 * <p>Every number is read and written as an exact decimal. A field of the contract is always
 * written; one without a value is {@code null}.
 */
public final class Json {
  /** Far above what any request needs, far below what could exhaust memory or stack. */
  private static final int MAX_DEPTH = 32;

  private static final int MAX_DIGITS = 200;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final JsonMapper CANONICAL =
      MAPPER.rebuild().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private Json() {}

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** A list of what {@code view} makes of each entry. */
  public static <T> ArrayNode array(Collection<T> entries, Function<T, JsonNode> view) {
    ArrayNode array = array();
    entries.forEach(entry -> array.add(view.apply(entry)));
    return array;
  }

  public static JsonNode text(@Nullable String value) {
    return value == null ? NODES.nullNode() : TextNode.valueOf(value);
  }

  public static JsonNode time(@Nullable Instant value) {
    return text(value == null ? null : value.toString());
  }

  /** The sum of the open holds, also under its deprecated name. */
  public static void putHeld(ObjectNode json, Usd held) {
    json.set("held", money(held));
    json.set("holds", money(held));
  }

  /** The exact number, without exponent or trailing zeros. */
  public static JsonNode money(@Nullable Usd value) {
    return value == null ? NODES.nullNode() : NODES.numberNode(value.value().stripTrailingZeros());
  }

  public static String write(JsonNode node) {
    return write(MAPPER, node);
  }

  /** The same text for the same content, whatever the order of the fields. */
  public static String writeCanonically(JsonNode node) {
    return write(CANONICAL, node);
  }

  /**
   * Reads one JSON object.
   *
   * @throws UnreadableBody when the text is anything else
   */
  public static ObjectNode parseObject(String text) {
    if (text.isBlank()) {
      throw UnreadableBody.because("The body is empty; it must be a JSON object.", null);
    }
    if (parse(text) instanceof ObjectNode object) {
      return object;
    }
    throw UnreadableBody.because("The body is JSON, but not an object.", null);
  }

  /**
   * Reads one JSON value.
   *
   * @throws UnreadableBody when the text is anything else
   */
  public static JsonNode parse(String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      return parse(parser);
    } catch (IOException e) {
      throw new IllegalStateException("a text can't be read", e);
    }
  }

  private static JsonNode parse(JsonParser parser) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(parser);
      if (node == null) {
        throw UnreadableBody.because("The body is empty.", null);
      }
      return node;
    } catch (JsonProcessingException e) {
      throw unreadable(e, path(parser.getParsingContext()));
    } catch (NumberFormatException e) {
      // What Jackson throws for an exponent of more than ten digits.
      String field = path(parser.getParsingContext());
      throw UnreadableBody.because(
          "The body has a number that is far too large or too small: " + field + ".",
          Fault.of(field, "must be a number that fits"),
          e);
    }
  }

  private static UnreadableBody unreadable(JsonProcessingException e, String field) {
    JsonLocation at = e.getLocation();
    String place =
        at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    if (e.getOriginalMessage().startsWith("Duplicate ")) {
      return UnreadableBody.because(
          "The body names a field twice: " + field + place + ".",
          Fault.of(field, "must come only once"),
          e);
    }
    // Without hints that only help to reconfigure the parser.
    String message =
        e.getOriginalMessage().replaceAll("[,:]? (from|enable) `[^`]*`( to allow)?", "");
    String detail = "The body is not JSON: " + message + place + ".";
    return field.isEmpty()
        ? UnreadableBody.because(detail, e)
        : UnreadableBody.because(detail, Fault.of(field, "can't be read here"), e);
  }

  /** Where a parser is, as problems name it: {@code events[3].tags.team}. */
  private static String path(JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext at = context; at != null && !at.inRoot(); at = at.getParent()) {
      if (at.inArray()) {
        path.insert(0, "[" + at.getCurrentIndex() + "]");
      } else if (at.getCurrentName() != null) {
        path.insert(0, "." + at.getCurrentName());
      }
    }
    return path.isEmpty() ? "" : path.substring(path.charAt(0) == '.' ? 1 : 0);
  }

  private static String write(JsonMapper mapper, JsonNode node) {
    try {
      return mapper.writeValueAsString(node);
    } catch (IOException e) {
      throw new IllegalStateException("a JSON tree can't be written", e);
    }
  }
}
