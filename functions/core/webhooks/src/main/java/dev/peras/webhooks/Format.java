package dev.peras.webhooks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The format that a receiver understands, with its name in the API. */
public enum Format {
  STANDARD,
  SLACK,
  TEAMS,
  PAGERDUTY;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable Format find(String wireName) {
    for (Format format : values()) {
      if (format.wireName().equals(wireName)) {
        return format;
      }
    }
    return null;
  }

  /** Whether one message can carry many alerts, as for tools that people read. */
  public boolean digests() {
    return this == SLACK || this == TEAMS;
  }
}
