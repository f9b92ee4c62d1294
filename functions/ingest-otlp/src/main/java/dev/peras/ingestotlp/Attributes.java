package dev.peras.ingestotlp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes of a span, a log record or a resource. Those without a value are left out. */
record Attributes(Map<String, JsonNode> values) {
  static final Attributes NONE = new Attributes(Map.of());

  boolean has(String name) {
    return values.containsKey(name);
  }

  boolean hasAny(String prefix) {
    return values.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** A text that is not empty; null where there is none. */
  @Nullable String text(String name) {
    JsonNode value = values.get(name);
    return value == null || !value.isTextual() || value.textValue().isBlank()
        ? null
        : value.textValue();
  }

  /** The first text that is there. */
  @Nullable String text(Collection<String> names) {
    for (String name : names) {
      String text = text(name);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  /** The first value that is there, of any type, as text; null where there is none. */
  @Nullable String anyText(Collection<String> names) {
    for (String name : names) {
      JsonNode value = values.get(name);
      if (value != null) {
        return value.isTextual() ? value.textValue() : value.toString();
      }
    }
    return null;
  }

  boolean isTrue(String name) {
    JsonNode value = values.get(name);
    return value != null
        && (value.isBoolean() ? value.booleanValue() : value.asText().equals("true"));
  }

  /** Collects attributes. Not thread-safe. */
  static final class Builder {
    private final Map<String, JsonNode> values = new LinkedHashMap<>();

    void put(String name, @Nullable JsonNode value) {
      if (value != null && !value.isNull()) {
        values.put(name, value);
      }
    }

    Attributes build() {
      return values.isEmpty() ? NONE : new Attributes(values);
    }
  }
}
