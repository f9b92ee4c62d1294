package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object and collects everything that is wrong with them, so that the
 * sender hears of all faults at once. Not thread-safe.
 *
 * <p>Until {@link #end} has returned, values may be placeholders for faults. A field that is {@code
 * null} reads as an absent one.
 */
public final class Fields {
  private static final int MAX_TAGS = 10;
  private static final Rule<String> TAG_NAME = Rule.text(1, 64);
  private static final Rule<String> TAG_VALUE = Rule.text(0, 256);

  private final ObjectNode object;
  private final String prefix;
  private final @Nullable Integer event;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<Fields> children = new ArrayList<>(0);
  private final List<Refusal.Fault> faults;
  private boolean sound = true;

  private Fields(
      ObjectNode object, String prefix, @Nullable Integer event, List<Refusal.Fault> faults) {
    this.object = object;
    this.prefix = prefix;
    this.event = event;
    this.faults = faults;
  }

  public static Fields of(ObjectNode object) {
    return new Fields(object, "", null, new ArrayList<>(0));
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
    known.add(name);
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** Whether a field says {@code null}, for the few where that is not the same as absent. */
  public boolean isNull(String name) {
    known.add(name);
    return object.has(name) && object.get(name).isNull();
  }

  /** An object inside this one; null where it is absent or at fault. */
  public @Nullable Fields object(String name) {
    return object(name, "an object");
  }

  @Nullable Fields object(String name, String description) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (node instanceof ObjectNode inner) {
      return child(inner, prefix + name + ".", event);
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

  /** A list of objects; null where it is absent. Those at fault are left out. */
  public @Nullable List<Fields> objects(String name, int min, int max) {
    List<JsonNode> nodes = nodes(name, min, max, "objects");
    if (nodes == null) {
      return null;
    }
    List<Fields> entries = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof ObjectNode entry) {
        entries.add(child(entry, prefix + name + "[" + i + "].", event));
      } else {
        fault(name + "[" + i + "]", "must be an object");
      }
    }
    return entries;
  }

  /** The usage events of a batch: their faults carry their index. Null where there is none. */
  public @Nullable List<Fields> events(int max) {
    List<JsonNode> nodes = nodes("events", 1, max, "objects");
    if (nodes == null) {
      return null;
    }
    List<Fields> entries = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof ObjectNode entry) {
        entries.add(child(entry, "", i));
      } else {
        sound = false;
        faults.add(new Refusal.Fault(i, "", "must be an object"));
      }
    }
    return entries;
  }

  /** Labels of the sender's own: an object of strings. */
  public Map<String, String> tags(String name) {
    Fields tags = object(name, "an object of strings");
    if (tags == null) {
      return Map.of();
    }
    if (tags.object.size() > MAX_TAGS) {
      fault(name, "must have at most %d entries".formatted(MAX_TAGS));
      tags.known.addAll(tags.names());
      return Map.of();
    }
    Map<String, String> values = new TreeMap<>();
    for (String tag : tags.names()) {
      tags.known.add(tag);
      if (TAG_NAME.read(Json.text(tag)) == null) {
        fault(name, "must have names of 1 to 64 characters");
      } else {
        values.put(tag, tags.read(tag, tags.object.get(tag), TAG_VALUE));
      }
    }
    return values;
  }

  /** Whether none of this object's own fields is at fault so far. */
  public boolean isSound() {
    return sound;
  }

  public void fault(String name, String message) {
    sound = false;
    faults.add(new Refusal.Fault(event, prefix + name, message));
  }

  /**
   * Ends the reading: fields that nothing has asked for are faults, too.
   *
   * @throws Refusal INVALID_REQUEST when there is any fault
   */
  public void end() {
    addUnknown();
    if (!faults.isEmpty()) {
      Refusal.Fault first = faults.getFirst();
      String more = faults.size() == 1 ? "" : " (and %d more)".formatted(faults.size() - 1);
      String detail = Problem.path(first) + " " + first.message() + more;
      throw Refusal.of(Refusal.Code.INVALID_REQUEST, detail, faults);
    }
  }

  private void addUnknown() {
    String hint = known.isEmpty() ? "nothing is expected" : "known are " + String.join(", ", known);
    for (String name : names()) {
      if (!known.contains(name)) {
        fault(name, "is not known here; " + hint);
      }
    }
    children.forEach(Fields::addUnknown);
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
    Fields child = new Fields(inner, itsPrefix, itsEvent, faults);
    children.add(child);
    return child;
  }

  private Collection<String> names() {
    List<String> names = new ArrayList<>(object.size());
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
