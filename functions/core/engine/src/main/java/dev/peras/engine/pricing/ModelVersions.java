package dev.peras.engine.pricing;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The endings by which providers name a version of a model. */
final class ModelVersions {
  static final String DATE_REGEX =
      "20\\d\\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01]))";

  private static final Pattern DATE = Pattern.compile(DATE_REGEX);
  private static final List<String> LATEST = List.of("-latest", "@latest", "@default");

  private ModelVersions() {}

  /** The name without its date or {@code latest}; null for one that ends otherwise. */
  static @Nullable String without(String name) {
    for (String suffix : LATEST) {
      if (name.endsWith(suffix)) {
        return name.substring(0, name.length() - suffix.length());
      }
    }
    String model = withoutDate(name, "20250807".length());
    return model == null ? withoutDate(name, "2025-08-07".length()) : model;
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
