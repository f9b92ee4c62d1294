package dev.peras.engine.pricing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a model that follow a rule. A pattern is text that stands for itself, in which {@code
 * {date}} stands for a calendar date (2025-08-07 or 20250807) and {@code {n}} for a number of up to
 * nine digits; a {@code *} at its end stands for one or more characters. A name must match as a
 * whole, and a pattern starts with text of its own.
 */
public final class ModelPattern {
  private static final Pattern TOKEN = Pattern.compile("\\{[^}]*}|\\*");

  private final String text;
  private final String head;
  private final Pattern regex;

  private ModelPattern(String text, String head, Pattern regex) {
    this.text = text;
    this.head = head;
    this.regex = regex;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException naming what is wrong with it
   */
  public static ModelPattern of(String text) {
    Matcher tokens = TOKEN.matcher(text);
    StringBuilder regex = new StringBuilder();
    int end = 0;
    String head = null;
    while (tokens.find()) {
      if (head == null) {
        head = text.substring(0, tokens.start());
      }
      regex.append(Pattern.quote(text.substring(end, tokens.start())));
      regex.append(regexOf(tokens.group(), tokens.end() == text.length(), text));
      end = tokens.end();
    }
    if (head == null || head.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' must start with text and hold {date}, {n} or a * at its end".formatted(text));
    }
    regex.append(Pattern.quote(text.substring(end)));
    return new ModelPattern(text, head, Pattern.compile(regex.toString()));
  }

  private static String regexOf(String token, boolean isLast, String text) {
    return switch (token) {
      case "{date}" -> ModelVersions.DATE_REGEX;
      case "{n}" -> "\\d{1,9}";
      case "*" -> {
        if (!isLast) {
          throw new IllegalArgumentException("'%s' has a * before its end".formatted(text));
        }
        yield ".+";
      }
      default ->
          throw new IllegalArgumentException(
              "'%s' holds %s; known are {date}, {n} and *".formatted(text, token));
    };
  }

  /** What every name that matches starts with. */
  String head() {
    return head;
  }

  public boolean matches(String name) {
    return name.startsWith(head) && regex.matcher(name).matches();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelPattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
