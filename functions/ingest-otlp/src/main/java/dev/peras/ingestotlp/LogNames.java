package dev.peras.ingestotlp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Log records as entries: senders put an event's name and time in different places. */
final class LogNames {
  private static final String CLAUDE_CODE = "claude_code.";

  private LogNames() {}

  static Entry entry(
      String scope,
      Attributes resource,
      String traceId,
      String spanId,
      String eventName,
      String body,
      long timeNanos,
      long observedNanos,
      Attributes attributes) {
    return new Entry(
        Entry.Signal.LOG,
        scope,
        resource,
        traceId,
        spanId,
        "",
        name(scope, resource, eventName, body, attributes),
        0,
        time(timeNanos, observedNanos, attributes),
        false,
        attributes);
  }

  /** Claude Code's events have its name in front, in their body or nowhere. */
  private static String name(
      String scope, Attributes resource, String eventName, String body, Attributes attributes) {
    String name = attributes.text("event.name");
    if (name == null) {
      name = eventName.isEmpty() && body.startsWith(CLAUDE_CODE) ? body : eventName;
    }
    boolean isClaudeCode =
        body.startsWith(CLAUDE_CODE)
            || scope.contains("claude_code")
            || "claude-code".equals(resource.text("service.name"));
    return isClaudeCode && !name.startsWith(CLAUDE_CODE) ? CLAUDE_CODE + name : name;
  }

  private static @Nullable Instant time(long time, long observed, Attributes attributes) {
    Instant said = Times.ofNanos(time);
    said = said == null ? Times.of(attributes.text("event.timestamp")) : said;
    return said == null ? Times.ofNanos(observed) : said;
  }
}
