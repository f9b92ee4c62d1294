package dev.peras.ingestotlp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a request by their ids: who is around whom, and what those around say. Immutable.
 */
final class Trace {
  private static final int MAX_ANCESTORS = 200;

  private final Map<String, Entry> byId = new HashMap<>();
  private final Map<String, List<Entry>> byTrace = new HashMap<>();

  Trace(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.signal() == Entry.Signal.SPAN) {
        byId.put(key(entry.traceId(), entry.spanId()), entry);
        byTrace.computeIfAbsent(entry.traceId(), none -> new ArrayList<>()).add(entry);
      }
    }
  }

  /** The spans around an entry, the nearest first; a log record is in the span that it names. */
  List<Entry> around(Entry entry) {
    List<Entry> around = new ArrayList<>(4);
    Set<String> seen = new HashSet<>();
    String parent = entry.signal() == Entry.Signal.SPAN ? entry.parentId() : entry.spanId();
    while (!parent.isEmpty() && seen.add(parent) && around.size() < MAX_ANCESTORS) {
      Entry span = byId.get(key(entry.traceId(), parent));
      if (span == null) {
        break;
      }
      around.add(span);
      parent = span.parentId();
    }
    return around;
  }

  /** The nearest span around an entry that is not in this request; empty where there is none. */
  String beyond(Entry entry, List<Entry> around) {
    String parent = around.isEmpty() ? entry.parentId() : around.getLast().parentId();
    return parent.isEmpty() || byId.containsKey(key(entry.traceId(), parent)) ? "" : parent;
  }

  /** A text of the entry, of the spans around it, or of its resource. */
  @Nullable String text(Entry entry, List<Entry> around, Collection<String> names) {
    String own = entry.attributes().text(names);
    if (own != null) {
      return own;
    }
    for (Entry span : around) {
      String text = span.attributes().text(names);
      if (text != null) {
        return text;
      }
    }
    return entry.resource().text(names);
  }

  /** The same, and failing that of any span of the trace, if all that say it agree. */
  @Nullable String anywhere(Entry entry, List<Entry> around, Collection<String> names) {
    String near = text(entry, around, names);
    if (near != null || entry.traceId().isEmpty()) {
      return near;
    }
    String found = null;
    for (Entry span : byTrace.getOrDefault(entry.traceId(), List.of())) {
      String text = span.attributes().text(names);
      if (text != null && found != null && !text.equals(found)) {
        return null;
      }
      found = text == null ? found : text;
    }
    return found;
  }

  private static String key(String traceId, String spanId) {
    return traceId + spanId;
  }
}
