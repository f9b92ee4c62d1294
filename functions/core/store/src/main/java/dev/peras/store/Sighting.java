package dev.peras.store;

import dev.peras.table.Item;

/**
 * Who reported something first, and as which event it is counted.
 *
 * @param key what was seen: a call by its provider's id, or the span around one
 * @param sessionId the session that it counts in
 * @param eventId the event that counts it
 * @param source who saw it: the instrumentation
 * @param reporter the very span that told of it; empty for a log record
 */
public record Sighting(
    String key, String sessionId, String eventId, String source, String reporter) {

  static Sighting read(String key, Item item) {
    return new Sighting(
        key,
        item.text("session"),
        item.text("event"),
        item.text("source"),
        item.has("reporter") ? item.text("reporter") : "");
  }
}
