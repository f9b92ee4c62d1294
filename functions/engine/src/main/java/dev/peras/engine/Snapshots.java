package dev.peras.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What providers put behind the name of a model to say which of its versions is meant. */
final class Snapshots {
  static final String DATE_REGEX =
      "20\\d\\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01]))";

  private static final Pattern SUFFIX =
      Pattern.compile("(.+?)(?:[-@]" + DATE_REGEX + "|-latest|@latest|@default)");

  private Snapshots() {}

  /** The name without its date or {@code latest}; null for one that ends otherwise. */
  static @Nullable String without(String name) {
    char last = name.charAt(name.length() - 1);
    if (last != 't' && (last < '0' || last > '9')) {
      return null;
    }
    Matcher matcher = SUFFIX.matcher(name);
    return matcher.matches() ? matcher.group(1) : null;
  }
}
