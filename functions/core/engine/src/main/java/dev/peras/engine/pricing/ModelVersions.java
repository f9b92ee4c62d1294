package dev.peras.engine.pricing;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The endings by which providers name a version of a model. */
final class ModelVersions {
  static final String DATE_REGEX =
      "20\\d\\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01]))";

  private static final Pattern DATE = Pattern.compile(DATE_REGEX);

  /** Vertex's word for a model without a version: it names the model, not whatever is newest. */
  private static final String DEFAULT = "@default";

  /** Vertex's versions without a date. */
  private static final Pattern NUMBER = Pattern.compile("(.+)@\\d{3}");

  /** Ways to call a model that cost what the model costs. */
  private static final List<String> VARIANTS =
      List.of("[1m]", "[1M]", "[200k]", ":thinking", ":beta", ":extended");

  private ModelVersions() {}

  /** The name without its date or number; null for one that ends otherwise. */
  static @Nullable String without(String name) {
    if (name.endsWith(DEFAULT)) {
      return name.substring(0, name.length() - DEFAULT.length());
    }
    String model = withoutDate(name, "20250807".length());
    if (model == null) {
      model = withoutDate(name, "2025-08-07".length());
    }
    Matcher numbered = NUMBER.matcher(name);
    return model == null && numbered.matches() ? numbered.group(1) : model;
  }

  /** The name without its variant; null for one that has none. */
  static @Nullable String withoutVariant(String name) {
    for (String variant : VARIANTS) {
      if (name.endsWith(variant) && name.length() > variant.length()) {
        return name.substring(0, name.length() - variant.length());
      }
    }
    return null;
  }

  private static @Nullable String withoutDate(String name, int length) {
    int end = name.length() - length - 1;
    return end > 0
            && (name.charAt(end) == '-' || name.charAt(end) == '@')
            && DATE.matcher(name.substring(end + 1)).matches()
        ? name.substring(0, end)
        : null;
  }
}
