package dev.peras.engine;

import java.nio.charset.StandardCharsets;
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
    StringBuilder content = new StringBuilder(160);
    field(content, model);
    field(content, tokens.input());
    field(content, tokens.output());
    field(content, tokens.cacheRead());
    field(content, tokens.cacheWrite());
    field(content, tokens.cacheWrite1h());
    field(content, tokens.reasoning());
    field(content, batch);
    field(content, toolCalls);
    field(content, prompt);
    field(content, result);
    field(content, cost);
    field(content, occurredAt);
    field(content, holdId);
    new TreeMap<>(tags)
        .forEach((name, value) -> {
          field(content, name);
          field(content, value);
        });
    return Hash.of(content.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Lengths are written too, so that no two lists of fields read alike. */
  private static void field(StringBuilder content, @Nullable Object value) {
    if (value == null) {
      content.append("-;");
    } else {
      String text = value.toString();
      content.append(text.length()).append(':').append(text).append(';');
    }
  }
}
