package dev.peras.usage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A usage object as a flat list of its values, under names that no longer tell camel case from
 * snake case. {@code null} is left out, as if it were absent. Immutable.
 */
final class Leaves {
  private static final Pattern CAMEL = Pattern.compile("([a-z0-9])([A-Z])");

  private static final Pattern MODEL_NAME = Pattern.compile("[-/0-9]");

  /** What tells the entries of a list apart. */
  private static final List<String> KINDS = List.of("modality", "ttl", "type");

  private final List<Leaf> all;
  private final Map<String, List<Leaf>> byPath = new HashMap<>();

  /**
   * A value, or a list or object for those who expect a value in its place.
   *
   * @param path its name in snake case
   * @param shown as the sender wrote it, for faults
   * @param isHarmless nothing is lost by not knowing what it is: it says nothing, or its name does
   *     not speak of anything that is counted
   */
  record Leaf(String path, String shown, JsonNode node, boolean isHarmless) {

    static Leaf of(String path, String shown, JsonNode node) {
      return new Leaf(path, shown, node, Leaves.isHarmless(path, node));
    }

    /** Without the name of the whole object. */
    String name() {
      return shown.substring(shown.indexOf('.') + 1);
    }
  }

  private static boolean isHarmless(String path, JsonNode node) {
    if (node.isContainerNode() || node.isBoolean()) {
      return true;
    }
    if (node.isTextual()
        && IS_OF_TOKENS.matcher(path).find()
        && !DIGITS.matcher(node.textValue()).matches()) {
      return false; // a count that can't be read is none that is not there
    }
    boolean isNothing =
        node.isNumber() ? node.decimalValue().signum() == 0 : !isNumber(node.asText());
    return isNothing
        || !Shapes.SPEAKS_OF_COUNTS.matcher(path).find()
        || Shapes.IS_NO_COUNT.matcher(path).find();
  }

  private static boolean isNumber(String text) {
    return DIGITS.matcher(text).matches() && NOT_ZERO.matcher(text).find();
  }

  private static final Pattern IS_OF_TOKENS = Pattern.compile("tokens$");

  private static final Pattern DIGITS =
      Pattern.compile("\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*");

  private static final Pattern NOT_ZERO = Pattern.compile("^\\s*[+-]?[0.]*[1-9]");

  private Leaves(List<Leaf> all) {
    this.all = List.copyOf(all);
    all.forEach(leaf -> byPath.computeIfAbsent(leaf.path(), none -> new ArrayList<>(1)).add(leaf));
  }

  /**
   * The values of an object.
   *
   * @param name what faults call it
   */
  static Leaves of(JsonNode object, String name) {
    List<Leaf> leaves = new ArrayList<>();
    add(object, "", name, leaves);
    return new Leaves(leaves);
  }

  List<Leaf> all() {
    return all;
  }

  List<Leaf> at(String path) {
    return byPath.getOrDefault(path, List.of());
  }

  /** Whether the sender writes names in camel case. */
  boolean isCamel() {
    return all.stream().anyMatch(leaf -> CAMEL.matcher(leaf.name()).find());
  }

  /** The first text under one of these names. */
  @Nullable String text(Iterable<String> names) {
    for (String name : names) {
      for (Leaf leaf : at(name)) {
        if (leaf.node().isTextual()) {
          return leaf.node().textValue();
        }
      }
    }
    return null;
  }

  /** Whether a name may be a model's: those of a usage object's parts have no such characters. */
  static boolean isModelName(String name) {
    return MODEL_NAME.matcher(name).find();
  }

  /** A name in snake case. */
  static String snake(String name) {
    return CAMEL.matcher(name.replace('-', '_')).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }

  private static void add(JsonNode node, String path, String shown, List<Leaf> leaves) {
    if (!path.isEmpty()) {
      leaves.add(Leaf.of(path, shown, node));
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (!field.getValue().isNull()) {
          String name = snake(field.getKey());
          add(
              field.getValue(),
              path.isEmpty() ? name : path + "." + name,
              shown + "." + field.getKey(),
              leaves);
        }
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        if (!node.get(i).isNull()) {
          add(node.get(i), path + "[" + kind(node.get(i), i) + "]", shown + "[" + i + "]", leaves);
        }
      }
    }
  }

  private static String kind(JsonNode entry, int index) {
    for (String kind : KINDS) {
      JsonNode value = entry.get(kind);
      if (value != null && value.isTextual()) {
        return value.textValue().toLowerCase(Locale.ROOT);
      }
    }
    return String.valueOf(index);
  }
}
