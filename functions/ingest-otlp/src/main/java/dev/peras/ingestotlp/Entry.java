package dev.peras.ingestotlp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A span or a log record, as far as metering goes.
 *
 * @param scope the instrumentation that made it; empty where it does not say
 * @param traceId in hex; empty for none
 * @param spanId in hex; empty for none
 * @param parentId the span around it; empty for none
 * @param name of a span, or a log record's event
 * @param startNanos when a span started, in nanoseconds since 1970
 * @param time when it ended or happened; null where it does not say
 * @param failed the span's status is an error
 */
record Entry(
    Signal signal,
    String scope,
    Attributes resource,
    String traceId,
    String spanId,
    String parentId,
    String name,
    long startNanos,
    @Nullable Instant time,
    boolean failed,
    Attributes attributes) {

  enum Signal {
    SPAN,
    LOG
  }

  /** What a problem calls it: never anything that was said in it. */
  String label() {
    if (signal == Signal.SPAN) {
      return "span " + spanId;
    }
    return spanId.isEmpty() ? "a log record" : "a log record of span " + spanId;
  }
}
