package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object while they are being read: collects everything that is wrong with
 * them, so that the sender learns of all faults at once. Not thread-safe.
 *
 * <p>A reader is a function from fields to a value. After a fault it goes on with a placeholder of
 * the rule that was broken, so it only collects; what depends on sound values is made from its
 * result. {@link #read} throws what was found before such a result can get out. Fields that the
 * reader has not asked for are faults, too. A field that is {@code null} reads as an absent one.
 */
public final class Fields {
  private static final int MAX_TAGS = 10;
  private static final Rule<String> TAG_NAME = Rule.text(1, 64);
  private static final Rule<String> TAG_VALUE = Rule.text(0, 256);

  private final ObjectNode object;
  private final String prefix;
  private final @Nullable Integer event;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<Fault> faults;
  private boolean isSound = true;
  private boolean isRead;

  private Fields(ObjectNode object, String prefix, @Nullable Integer event, List<Fault> faults) {
    this.object = object;
    this.prefix = prefix;
    this.event = event;
    this.faults = faults;
  }

  /**
   * What a reader makes of an object.
   *
   * @param reader may not keep the fields: they can't be asked any more once it has returned
   * @throws InvalidRequest when there is any fault
   */
  public static <T extends @Nullable Object> T read(ObjectNode object, Function<Fields, T> reader) {
    Fields fields = new Fields(object, "", null, new ArrayList<>(0));
    T value = fields.readBy(reader);
    fields.throwFaults();
    return value;
  }

  /** A field that must be there. */
  public <T> T get(String name, Rule<T> rule) {
    JsonNode node = node(name);
    if (node == null) {
      fault(name, "is missing: it must be " + rule.description());
      return rule.placeholder();
    }
    return read(name, node, rule);
  }

  /** A field that may be absent: then null. */
  public <T> @Nullable T find(String name, Rule<T> rule) {
    JsonNode node = node(name);
    return node == null ? null : read(name, node, rule);
  }

  /** A field that may be absent: then {@code fallback}. */
  public <T> T find(String name, Rule<T> rule, T fallback) {
    JsonNode node = node(name);
    return node == null ? fallback : read(name, node, rule);
  }

  /** A field's JSON as it came; null where it is absent. */
  public @Nullable JsonNode node(String name) {
    expect(name);
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /**
   * Whether a field is an explicit {@code null}, for the few where that differs from an absent one.
   */
  public boolean isNull(String name) {
    expect(name);
    return object.has(name) && object.get(name).isNull();
  }

  /** What a reader makes of an object inside this one; null where it is absent or no object. */
  public <T> @Nullable T object(String name, Function<Fields, T> reader) {
    return object(name, "an object", reader);
  }

  <T> @Nullable T object(String name, String description, Function<Fields, T> reader) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (node instanceof ObjectNode inner) {
      return child(inner, prefix + name + ".", event).readBy(reader);
    }
    fault(name, "must be " + description);
    return null;
  }

  /** A list of values; null where it is absent. */
  public <T> @Nullable List<T> list(String name, Rule<T> rule, int max) {
    List<JsonNode> nodes = nodes(name, 0, max, "values");
    if (nodes == null) {
      return null;
    }
    List<T> values = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      values.add(read(name + "[" + i + "]", nodes.get(i), rule));
    }
    return values;
  }

  /**
   * What a reader makes of each object of a list; null where the list is absent or breaks a bound.
   * Entries that are no objects are faults, and left out.
   */
  public <T> @Nullable List<T> objects(String name, int min, int max, Function<Fields, T> reader) {
    List<JsonNode> nodes = nodes(name, min, max, "objects");
    if (nodes == null) {
      return null;
    }
    List<T> entries = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      String at = name + "[" + i + "]";
      if (nodes.get(i) instanceof ObjectNode entry) {
        entries.add(child(entry, prefix + at + ".", event).readBy(reader));
      } else {
        fault(at, "must be an object");
      }
    }
    return entries;
  }

  /** Like {@link #objects}, for the usage events of a batch: their faults carry their index. */
  public <T> @Nullable List<T> events(int max, Function<Fields, T> reader) {
    List<JsonNode> nodes = nodes("events", 1, max, "objects");
    if (nodes == null) {
      return null;
    }
    List<T> entries = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof ObjectNode entry) {
        entries.add(child(entry, "", i).readBy(reader));
      } else {
        isSound = false;
        faults.add(new Fault(i, "", "must be an object"));
      }
    }
    return entries;
  }

  /** An object whose names are the sender's own; empty where it is absent. */
  public <T> Map<String, T> map(String name, Rule<String> key, Rule<T> rule, int max) {
    Map<String, T> values =
        object(name, "an object of values", entries -> entries.values(key, rule, max));
    return values == null ? Map.of() : values;
  }

  private <T> Map<String, T> values(Rule<String> key, Rule<T> rule, int max) {
    List<String> names = names();
    known.addAll(names);
    if (names.size() > max) {
      faultAll("must have at most %d entries".formatted(max));
      return Map.of();
    }
    Map<String, T> values = new TreeMap<>();
    for (String each : names) {
      if (key.read(Json.text(each)) == null) {
        faultAll("must have names of " + key.description());
      } else {
        values.put(each, read(each, object.get(each), rule));
      }
    }
    return values;
  }

  /** Labels of the sender's own: an object of strings. */
  public Map<String, String> tags(String name) {
    Map<String, String> tags = object(name, "an object of strings", Fields::tags);
    return tags == null ? Map.of() : tags;
  }

  private Map<String, String> tags() {
    List<String> names = names();
    known.addAll(names);
    if (names.size() > MAX_TAGS) {
      faultAll("must have at most %d entries".formatted(MAX_TAGS));
      return Map.of();
    }
    Map<String, String> values = new TreeMap<>();
    for (String tag : names) {
      if (TAG_NAME.read(Json.text(tag)) == null) {
        faultAll("must have names of 1 to 64 characters");
      } else {
        values.put(tag, read(tag, object.get(tag), TAG_VALUE));
      }
    }
    return values;
  }

  /** Whether none of this object's own fields is at fault so far. */
  public boolean isSound() {
    return isSound;
  }

  /**
   * Reports a fault of a field; the reader continues.
   *
   * @param message completes a sentence that begins with the field's name
   */
  public void fault(String name, String message) {
    requireUnread();
    add(prefix + name, message);
  }

  /** Reports a fault of this whole object, which is inside another one. */
  private void faultAll(String message) {
    add(prefix.substring(0, prefix.length() - 1), message);
  }

  private void add(String path, String message) {
    isSound = false;
    faults.add(new Fault(event, path, message));
  }

  private <T extends @Nullable Object> T readBy(Function<Fields, T> reader) {
    T value = reader.apply(this);
    String hint = known.isEmpty() ? "nothing is expected" : "known are " + String.join(", ", known);
    for (String name : names()) {
      if (!known.contains(name)) {
        fault(name, "is not known here; " + hint);
      }
    }
    isRead = true;
    return value;
  }

  private void throwFaults() {
    if (!faults.isEmpty()) {
      throw InvalidRequest.because(faults);
    }
  }

  private void expect(String name) {
    requireUnread();
    known.add(name);
  }

  private void requireUnread() {
    if (isRead) {
      throw new IllegalStateException("these fields have been read, and faults would be lost");
    }
  }

  private <T> T read(String name, JsonNode node, Rule<T> rule) {
    T value = rule.read(node);
    if (value == null) {
      fault(name, "must be " + rule.description());
      return rule.placeholder();
    }
    return value;
  }

  private @Nullable List<JsonNode> nodes(String name, int min, int max, String of) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray() || node.size() < min || node.size() > max) {
      fault(name, "must be a list of %d to %d %s".formatted(min, max, of));
      return null;
    }
    List<JsonNode> nodes = new ArrayList<>(node.size());
    node.forEach(nodes::add);
    return nodes;
  }

  private Fields child(ObjectNode inner, String itsPrefix, @Nullable Integer itsEvent) {
    return new Fields(inner, itsPrefix, itsEvent, faults);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(object.size());
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
