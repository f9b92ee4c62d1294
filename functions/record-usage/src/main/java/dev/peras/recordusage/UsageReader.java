package dev.peras.recordusage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.json.Fields;
import dev.peras.json.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads usage events: one, or a list of them under {@code events}. */
final class UsageReader {
  private static final int MAX_EVENTS = 90;
  private static final Rule<Long> TOOL_CALLS = Rule.integer(0, 1_000_000);
  private static final Rule<String> HASH = Rule.text(1, 128);

  /** What a provider's usage object makes superfluous. */
  private static final List<String> BUCKETS =
      List.of(
          "input_tokens",
          "output_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "cache_write_1h_tokens",
          "reasoning_tokens");

  private UsageReader() {}

  /** What a request reports. */
  record Usage(List<UsageEvent> events, boolean isBatch) {}

  static Usage read(Fields fields) {
    if (fields.node("events") == null) {
      return new Usage(List.of(event(fields)), false);
    }
    List<UsageEvent> batch = fields.events(MAX_EVENTS, UsageReader::event);
    return new Usage(batch == null ? List.of() : batch, true);
  }

  private static UsageEvent event(Fields fields) {
    return UsageEvent.named(fields.get("event_id", Rule.ID))
        .model(fields.find("model", Rule.MODEL))
        .tokens(tokens(fields))
        .traits(new CallTraits(fields.find("batch", Rule.FLAG, false)))
        .activity(
            new Activity(
                fields.find("agent", Rule.ID),
                fields.find("tool_calls", TOOL_CALLS, 0L).intValue(),
                prompt(fields),
                hash(fields.find("action_hash", HASH)),
                hash(fields.find("result_hash", HASH))))
        .cost(fields.find("cost", Rule.COST))
        .occurredAt(fields.find("occurred_at", Rule.TIME))
        .holdId(fields.find("hold_id", Rule.ID))
        .tags(fields.tags("tags"))
        .build();
  }

  private static Tokens tokens(Fields fields) {
    JsonNode usage = fields.node("usage");
    return usage == null ? buckets(fields) : split(fields, usage);
  }

  private static Tokens split(Fields fields, JsonNode usage) {
    for (String bucket : BUCKETS) {
      if (fields.node(bucket) != null) {
        fields.fault(bucket, "must not come together with usage");
      }
    }
    return ProviderUsage.read(usage, fields);
  }

  private static Tokens buckets(Fields fields) {
    Tokens tokens =
        new Tokens(
            fields.get("input_tokens", Rule.TOKENS),
            fields.get("output_tokens", Rule.TOKENS),
            fields.find("cache_read_tokens", Rule.TOKENS, 0L),
            fields.find("cache_write_tokens", Rule.TOKENS, 0L),
            fields.find("cache_write_1h_tokens", Rule.TOKENS, 0L),
            fields.find("reasoning_tokens", Rule.TOKENS, 0L));
    if (fields.isSound() && tokens.reasoning() > tokens.output()) {
      fields.fault("reasoning_tokens", "must not be more than output_tokens, which include them");
    }
    return tokens;
  }

  /** A prompt is only told apart from others; neither it nor the sender's hash is kept. */
  private static @Nullable Hash prompt(Fields fields) {
    String prompt = fields.find("prompt", Rule.ANY_TEXT);
    String hash = fields.find("prompt_hash", HASH);
    if (prompt != null && hash != null) {
      fields.fault("prompt_hash", "must not come together with prompt");
    }
    return hash(prompt == null ? hash : prompt);
  }

  private static @Nullable Hash hash(@Nullable String text) {
    return text == null ? null : Hash.of(text);
  }
}
