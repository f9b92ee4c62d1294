package dev.peras.deploy;

import java.util.ArrayList;
import java.util.List;

/**
 * A marked part of a file that is otherwise written by hand: the lines between one that says {@code
 * generated: NAME} and one that says {@code end: NAME}, each in a comment of the file's own kind.
 */
record Region(String name, List<String> lines) {
  /**
   * A file's text with this region's lines in place of those that are there.
   *
   * @throws IllegalArgumentException when the text has no such region
   */
  String in(String text) {
    List<String> result = new ArrayList<>();
    boolean isInside = false;
    boolean isFound = false;
    for (String line : text.split("\n", -1)) {
      if (isInside && says(line, "end: " + name)) {
        isInside = false;
      }
      if (!isInside) {
        result.add(line);
      }
      if (says(line, "generated: " + name)) {
        String indent = line.substring(0, line.length() - line.stripLeading().length());
        lines.forEach(each -> result.add(each.isEmpty() ? each : indent + each));
        isInside = true;
        isFound = true;
      }
    }
    if (!isFound || isInside) {
      throw new IllegalArgumentException(
          "there are no lines \"generated: %s\" and \"end: %s\"".formatted(name, name));
    }
    return String.join("\n", result);
  }

  private static boolean says(String line, String words) {
    return line.strip().replaceAll("^(#|<!--)\\s*|\\s*-->$", "").equals(words);
  }
}
