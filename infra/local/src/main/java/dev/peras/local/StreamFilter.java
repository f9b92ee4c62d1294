package dev.peras.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Lambda's event filters, as far as the template uses them: nested objects, and lists of the values
 * that a field may have.
 */
final class StreamFilter {
  private StreamFilter() {}

  static boolean matches(JsonNode pattern, JsonNode value) {
    if (pattern.isArray()) {
      for (JsonNode choice : pattern) {
        if (choice.equals(value)) {
          return true;
        }
      }
      return false;
    }
    if (!pattern.isObject()) {
      throw new CannotStartException(
          "template.yaml has a filter that is not known here: " + pattern);
    }
    for (Map.Entry<String, JsonNode> field : pattern.properties()) {
      if (!matches(field.getValue(), value.path(field.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
