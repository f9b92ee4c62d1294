package dev.peras.json;

import org.jspecify.annotations.Nullable;

/**
 * One fault in a request.
 *
 * @param event the index of the event in its request; null where the request is at fault
 * @param field the name in the API
 */
public record Fault(@Nullable Integer event, String field, String message) {
  public static Fault of(String field, String message) {
    return new Fault(null, field, message);
  }

  /** What it is about: {@code input_tokens}, in a batch {@code events[3].input_tokens}. */
  String path() {
    if (event == null) {
      return field;
    }
    String at = "events[" + event + "]";
    return field.isEmpty() ? at : at + "." + field;
  }
}
