package dev.peras.engine.usage;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The usage of one model call, as its sender reported it.
 *
 * @param eventId the sender's name for it, unique in its session: what makes counting exactly once
 *     possible
 * @param model null for the session's model
 * @param toolCalls how many tools the model's answer asked for
 * @param prompt tells equal prompts apart from others; the prompt itself is never kept
 * @param result tells equal tool results apart, so that polling is not taken for a retry loop
 * @param cost the sender's own figure, which overrides the price
 * @param occurredAt null for the time it arrives
 * @param holdId the hold that this call settles
 */
public record UsageEvent(
    String eventId,
    @Nullable String model,
    Tokens tokens,
    boolean batch,
    int toolCalls,
    @Nullable Hash prompt,
    @Nullable Hash result,
    @Nullable Usd cost,
    @Nullable Instant occurredAt,
    @Nullable String holdId,
    Map<String, String> tags) {

  public UsageEvent {
    tags = Map.copyOf(tags);
  }

  /**
   * What tells a re-sent event from another one under the same id: everything that was sent, and
   * nothing that was filled in on arrival.
   */
  public Hash fingerprint() {
    StringBuilder content = new StringBuilder(192);
    text(content, model);
    number(content, tokens.input());
    number(content, tokens.output());
    number(content, tokens.cacheRead());
    number(content, tokens.cacheWrite());
    number(content, tokens.cacheWrite1h());
    number(content, tokens.reasoning());
    number(content, batch ? 1 : 0);
    number(content, toolCalls);
    hash(content, prompt);
    hash(content, result);
    text(content, cost == null ? null : cost.toString());
    moment(content, occurredAt);
    text(content, holdId);
    new TreeMap<>(tags)
        .forEach((name, value) -> {
          text(content, name);
          text(content, value);
        });
    return Hash.of(content.toString());
  }

  // Each field says where it ends, so that no two lists of fields read alike.

  private static void number(StringBuilder content, long value) {
    content.append(value).append(';');
  }

  private static void text(StringBuilder content, @Nullable String value) {
    if (value == null) {
      content.append("-;");
    } else {
      content.append(value.length()).append(':').append(value).append(';');
    }
  }

  private static void hash(StringBuilder content, @Nullable Hash value) {
    if (value == null) {
      content.append("-;");
    } else {
      content.append(value.high()).append(':').append(value.low()).append(';');
    }
  }

  private static void moment(StringBuilder content, @Nullable Instant value) {
    if (value == null) {
      content.append("-;");
    } else {
      content.append(value.getEpochSecond()).append(':').append(value.getNano()).append(';');
    }
  }
}
