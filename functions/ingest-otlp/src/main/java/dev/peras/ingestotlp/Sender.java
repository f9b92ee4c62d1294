package dev.peras.ingestotlp;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the spans or log records of one kind of sender mean.
 *
 * @param name for people
 * @param scopes how names of the instrumentation begin; none for any
 * @param names how spans or events are called, or begin where a {@code *} ends the name; none for
 *     any
 * @param where attributes that must have one of these texts; no text for any value
 * @param counting attributes of which one must begin so; none where that does not matter
 * @param ids attributes that name the call, the best first; a span's id where there is none
 * @param idByCounts the call has no name at all: its conversation and its counts stand for one
 * @param models attributes that name the model, the best first; the trace's other spans are asked
 *     next
 * @param counts where the count {@code gen_ai.usage.*} or another known one stands under a name of
 *     the sender's own
 * @param guessedWithout a streamed call that lacks this attribute was counted by the sender's own
 *     guess
 */
record Sender(
    String name,
    Entry.Signal signal,
    Role role,
    List<String> scopes,
    List<String> names,
    Map<String, Set<String>> where,
    List<String> counting,
    List<String> ids,
    boolean idByCounts,
    List<String> models,
    Map<String, String> counts,
    @Nullable String guessedWithout) {

  /** What is to be done with a span or log record. */
  enum Role {
    /** A model call: counted once, by its id. */
    CALL,
    /** May be a model call: counted if no other one is inside of it. */
    CALL_UNLESS_AROUND_ONE,
    /** Sums up calls that are reported on their own: never counted. */
    REPEATS,
    /** A tool at work: tells detectors what the call before it asked for. */
    TOOL
  }

  boolean matches(Entry entry) {
    return signal == entry.signal()
        && (scopes.isEmpty() || scopes.stream().anyMatch(entry.scope()::startsWith))
        && (names.isEmpty() || names.stream().anyMatch(name -> isNamed(entry.name(), name)))
        && where.entrySet().stream()
            .allMatch(wanted -> says(entry, wanted.getKey(), wanted.getValue()))
        && (counting.isEmpty() || counting.stream().anyMatch(entry.attributes()::hasAny));
  }

  private static boolean isNamed(String name, String pattern) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  private static boolean says(Entry entry, String attribute, Set<String> texts) {
    String text = entry.attributes().text(attribute);
    return text != null && (texts.isEmpty() || texts.contains(text));
  }
}
