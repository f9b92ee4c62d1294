package dev.peras.recordusage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.json.Fields;
import dev.peras.json.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The counts in a provider's usage object. Not thread-safe.
 *
 * <p>Strict about what it is asked for and blind to the rest, since providers add fields at any
 * time. {@code null} reads as absent. A count at fault reads as 0 until all faults are thrown, and
 * counts are compared only while nothing is at fault.
 */
final class Counts {
  /** A total adds up several buckets, each as large as a bucket may be. */
  private static final Rule<Long> TOTAL = Rule.integer(0, 10 * Rule.MAX_TOKENS);

  private final JsonNode object;
  private final String name;
  private final Fields event;
  private final Set<String> faulty = new HashSet<>(0);

  /**
   * The counts of one object.
   *
   * @param name what faults call the object, such as {@code usage}
   * @param event takes the faults
   */
  Counts(JsonNode object, String name, Fields event) {
    this.object = object;
    this.name = name;
    this.event = event;
  }

  boolean has(String path) {
    return node(path) != null;
  }

  /** A count that must be there, under one of its names at least. */
  Count get(String... paths) {
    if (Arrays.stream(paths).noneMatch(this::has)) {
      fault(paths[0], "is missing: it must be " + Rule.TOKENS.description());
    }
    return find(paths);
  }

  /** A count, or 0 where there is none. It may stand under several names, which must agree. */
  Count find(String... paths) {
    List<Count> found =
        Arrays.stream(paths).filter(this::has).map(path -> read(path, Rule.TOKENS)).toList();
    if (found.isEmpty()) {
      return new Count(paths[0], 0);
    }
    Count first = found.getFirst();
    for (Count other : found) {
      if (other.value() != first.value()) {
        fault(other.path(), "must be the same as " + first.field());
      }
    }
    return first;
  }

  /** What the provider says the sum of other counts is; 0 where it does not. */
  Count total(String path) {
    return has(path) ? read(path, TOTAL) : new Count(path, 0);
  }

  /** The objects of a list; none where it is absent. */
  List<Counts> list(String path) {
    JsonNode list = node(path);
    if (list == null) {
      return List.of();
    }
    if (!list.isArray()) {
      fault(path, "must be a list of objects");
      return List.of();
    }
    List<Counts> entries = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      String entry = path + "[" + i + "]";
      if (list.get(i).isObject()) {
        entries.add(new Counts(list.get(i), name + "." + entry, event));
      } else {
        fault(entry, "must be an object");
      }
    }
    return entries;
  }

  /** A text, or none where there is none or something else. */
  String text(String path) {
    JsonNode node = node(path);
    return node == null ? "" : node.asText();
  }

  /** Faults parts that come to more than their whole. */
  void checkParts(Count whole, Count... parts) {
    long sum = 0;
    String before = "";
    for (Count part : parts) {
      sum += part.value();
      if (sum > whole.value()) {
        compared(part, "must not be more than %s%s".formatted(whole.field(), before));
      }
      before += ", together with " + part.field();
    }
  }

  /** Faults a total, where there is one, that is not the sum of these. */
  void checkSum(Count total, Count... addends) {
    long sum = Arrays.stream(addends).mapToLong(Count::value).sum();
    if (has(total.path()) && sum != total.value()) {
      compared(total, "must be %d, the sum of %s".formatted(sum, names(addends)));
    }
  }

  void fault(String path, String message) {
    if (faulty.add(path)) {
      event.fault(name + "." + new Count(path, 0).field(), message);
    }
  }

  private void compared(Count count, String message) {
    if (faulty.isEmpty()) {
      fault(count.path(), message);
    }
  }

  private static String names(Count... counts) {
    return Arrays.stream(counts).map(Count::field).collect(Collectors.joining(" and "));
  }

  private Count read(String path, Rule<Long> rule) {
    JsonNode node = node(path);
    Long value = node == null ? null : rule.read(node);
    if (value == null) {
      fault(path, "must be " + rule.description());
    }
    return new Count(path, value == null ? 0 : value);
  }

  private @Nullable JsonNode node(String path) {
    int slash = path.indexOf('/');
    if (slash < 0) {
      return present(object.get(path));
    }
    String outer = path.substring(0, slash);
    JsonNode inner = present(object.get(outer));
    if (inner != null && !inner.isObject()) {
      fault(outer, "must be an object");
    }
    return inner == null ? null : present(inner.get(path.substring(slash + 1)));
  }

  private static @Nullable JsonNode present(@Nullable JsonNode node) {
    return node == null || node.isNull() ? null : node;
  }
}
