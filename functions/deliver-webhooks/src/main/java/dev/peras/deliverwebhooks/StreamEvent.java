package dev.peras.deliverwebhooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event of the table's stream. Only keys are taken from it: the alert is read from the
 * table, which may be newer.
 */
final class StreamEvent {
  private static final String PREFIX = "ALERT#";

  private StreamEvent() {}

  /** The ids of its new alerts; none for an event of another kind. */
  static List<String> alertIds(@Nullable Map<String, Object> event) {
    List<String> ids = new ArrayList<>();
    if (event != null && event.get("Records") instanceof List<?> records) {
      for (Object entry : records) {
        Object pk = at(entry, "dynamodb", "Keys", "pk", "S");
        Object sk = at(entry, "dynamodb", "Keys", "sk", "S");
        if (pk instanceof String key && key.startsWith(PREFIX) && "ALERT".equals(sk)) {
          ids.add(key.substring(PREFIX.length()));
        }
      }
    }
    return ids;
  }

  private static @Nullable Object at(@Nullable Object from, String... path) {
    Object found = from;
    for (String name : path) {
      found = found instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return found;
  }
}
