package dev.peras.ingestotlp;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Times as telemetry has them. */
final class Times {
  private static final long NANOS = 1_000_000_000;

  private Times() {}

  /**
   * The first of these that is not 0.
   *
   * @param nanos since 1970, unsigned
   */
  static @Nullable Instant ofNanos(long... nanos) {
    for (long each : nanos) {
      if (each != 0) {
        return Instant.ofEpochSecond(
            Long.divideUnsigned(each, NANOS), Long.remainderUnsigned(each, NANOS));
      }
    }
    return null;
  }

  /** A time in a text; null where it is none. */
  static @Nullable Instant of(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
