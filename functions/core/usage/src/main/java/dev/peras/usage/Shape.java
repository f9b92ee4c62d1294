package dev.peras.usage;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One way of reporting usage: which names mean what, and what is counted inside of what.
 *
 * <p>Names are in snake case; {@code promptTokens}, {@code prompt-tokens} and {@code prompt_tokens}
 * are one name. A dot leads into an object, and {@code list[audio]} to the entries of a list whose
 * {@code modality}, {@code ttl} or {@code type} is that.
 *
 * @param name with the fields that show it, for people
 * @param counts by name
 * @param marks names of which one must be there at least; none where the counts are mark enough
 * @param cache whether cached tokens are counted inside the input
 * @param reasoning whether reasoning tokens are counted inside the output
 * @param sums what the sender's totals may leave out
 * @param calls the list in which the prompts that make up the object stand one by one; null where
 *     there is none
 */
record Shape(
    String name,
    Map<String, Count> counts,
    Set<String> marks,
    Place cache,
    Place reasoning,
    Set<Total> sums,
    @Nullable String calls) {

  /** A number's meaning. */
  record Count(Meaning meaning, @Nullable String feeKind) {}

  /** Where a part is counted. */
  enum Place {
    /** In the whole. */
    INSIDE("inside"),
    /** Beside it. */
    BESIDE("beside"),
    /** In it, or beside it where only that makes sense: a total or the sizes show it. */
    INSIDE_OR_SHOWN("inside, unless the counts or the scope show otherwise,"),
    /** Senders differ: refused where the counts don't show it. */
    SHOWN("inside or beside, as the counts show,"),
    /** In the whole, but for Claude in some versions beside it: refused if nothing shows which. */
    SHOWN_FOR_CLAUDE("inside, but for Claude as the counts or the scope show,");

    private final String words;

    Place(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** What a total may say beside the sum of everything. */
  enum Total {
    /** Some leave out what is cached beside the input. */
    WITHOUT_CACHE,
    /** Some leave out reasoning that is counted beside the output. */
    WITHOUT_REASONING,
    /** Where there is a total, output may be missing: a count of 0 is left out. */
    STANDS_FOR_OUTPUT,
    /** What gives no text back has no output to report. */
    WITHOUT_OUTPUT,
    /** What is charged by other units has no tokens to report. */
    WITHOUT_INPUT,
    /** There is nothing but a total. */
    ONLY
  }

  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

  Shape {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    marks = Set.copyOf(marks);
    sums = Set.copyOf(sums);
  }

  static Builder named(String name) {
    return new Builder(name);
  }

  /** Not thread-safe. */
  static final class Builder {
    private final String name;
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private Set<String> marks = Set.of();
    private Place cache = Place.INSIDE;
    private Place reasoning = Place.INSIDE;
    private Set<Total> sums = Set.of();
    private @Nullable String calls;

    private Builder(String name) {
      this.name = name;
    }

    Builder count(Meaning meaning, String... names) {
      for (String each : names) {
        counts.put(each, new Count(meaning, null));
      }
      return this;
    }

    Builder fee(String kind, String... names) {
      for (String each : names) {
        counts.put(each, new Count(Meaning.FEE, kind));
      }
      return this;
    }

    /** Everything that another group of names means. */
    Builder with(Map<String, Count> names) {
      counts.putAll(names);
      return this;
    }

    Builder markedBy(String... names) {
      marks = Set.of(names);
      return this;
    }

    Builder cache(Place place) {
      cache = place;
      return this;
    }

    Builder reasoning(Place place) {
      reasoning = place;
      return this;
    }

    Builder totals(Total... allowed) {
      sums = Set.of(allowed);
      return this;
    }

    Builder calls(String list) {
      calls = list;
      return this;
    }

    Map<String, Count> names() {
      return counts;
    }

    Shape build() {
      return new Shape(name, counts, marks, cache, reasoning, sums, calls);
    }
  }

  /** The name without its fields. */
  String title() {
    int end = name.indexOf(" (");
    return end < 0 ? name : name.substring(0, end);
  }

  /** The objects that names lead into. */
  Set<String> objects() {
    return parents('.');
  }

  /** The lists that names lead into. */
  Set<String> lists() {
    return parents('[');
  }

  private Set<String> parents(char end) {
    Set<String> parents = new HashSet<>();
    for (String path : counts.keySet()) {
      for (int at = path.indexOf(end); at > 0; at = path.indexOf(end, at + 1)) {
        parents.add(path.substring(0, at));
      }
    }
    return parents;
  }

  /** What a sender calls a count that it left out. */
  String wording(Meaning meaning, boolean isCamel) {
    List<String> names = names(meaning);
    String name = names.isEmpty() ? meaning.words() : names.getFirst();
    return isCamel
        ? UNDERSCORE.matcher(name).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT))
        : name;
  }

  /** The names of a meaning, in the table's order. */
  List<String> names(Meaning meaning) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue().meaning() == meaning)
        .map(Map.Entry::getKey)
        .toList();
  }
}
