package dev.peras.recordusage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Media;
import dev.peras.engine.usage.Prompt;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.json.Fields;
import dev.peras.json.Rule;
import dev.peras.usage.ProviderUsage;
import dev.peras.usage.Reading;
import dev.peras.usage.Sender;
import dev.peras.usage.ServiceWords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads usage events: one, or a list of them under {@code events}. */
final class UsageReader {
  private static final int MAX_EVENTS = 90;
  private static final int MAX_FEES = 20;
  private static final Rule<Long> TOOL_CALLS = Rule.integer(0, 1_000_000);
  private static final Rule<String> HASH = Rule.text(1, 128);
  private static final Rule<String> WORD = Rule.text(0, 64);
  private static final Rule<String> SCOPE_NAME = Rule.text(1, 256);

  /** A scope of OpenTelemetry is a name and more; the name is enough. */
  private static final Rule<String> SCOPE =
      new Rule<>(
          SCOPE_NAME.description() + ", or an object with such a name",
          "",
          node -> SCOPE_NAME.read(node.isObject() ? node.path("name") : node));

  private static final Rule<String> FEE_KIND =
      Rule.matching("[a-z0-9_]{1,64}", "1 to 64 of a-z 0-9 _");

  /** What a provider's usage object makes superfluous. */
  private static final List<String> BUCKETS =
      List.of(
          "input_tokens",
          "output_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "cache_write_1h_tokens",
          "reasoning_tokens",
          "audio_input_tokens",
          "audio_output_tokens",
          "image_input_tokens");

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
    String eventId = fields.get("event_id", Rule.ID);
    String model = fields.find("model", Rule.MODEL);
    var cost = fields.find("cost", Rule.ROUNDED_COST);
    List<Fee> fees = new ArrayList<>(fees(fields));
    Reading reading = reading(fields, model, fees, cost != null || !fees.isEmpty());
    return UsageEvent.named(eventId)
        .model(model)
        .prompts(reading.prompts())
        .fees(fees)
        .traits(traits(fields, reading.traits()))
        .activity(
            new Activity(
                fields.find("agent", Rule.ID),
                fields.find("tool_calls", TOOL_CALLS, 0L).intValue(),
                prompt(fields),
                hash(fields.find("action_hash", HASH)),
                hash(fields.find("result_hash", HASH))))
        .cost(cost == null ? reading.bill() : cost)
        .occurredAt(fields.find("occurred_at", Rule.TIME))
        .holdId(fields.find("hold_id", Rule.ID))
        .tags(fields.tags("tags"))
        .build();
  }

  /**
   * What the call used.
   *
   * @param fees of the event; takes those that the usage object counts
   * @param isMoney whether the event is worth recording without any tokens
   */
  private static Reading reading(
      Fields fields, @Nullable String model, List<Fee> fees, boolean isMoney) {
    Sender sender = new Sender(model, scope(fields));
    JsonNode usage = fields.node("usage");
    if (usage == null) {
      return new Reading(buckets(fields, isMoney), List.of(), null, null);
    }
    for (String bucket : BUCKETS) {
      if (fields.node(bucket) != null) {
        fields.fault(bucket, "must not come together with usage");
      }
    }
    Reading reading = ProviderUsage.read(usage, sender, fields);
    for (Fee fee : reading.fees()) {
      if (fees.stream().anyMatch(own -> own.kind().equals(fee.kind()))) {
        fields.fault("fees", "has %s, which usage counts, too".formatted(fee.kind()));
      }
    }
    fees.addAll(reading.fees());
    return reading;
  }

  private static @Nullable String scope(Fields fields) {
    return fields.find("otel_scope", SCOPE);
  }

  private static List<Prompt> buckets(Fields fields, boolean isMoney) {
    if (isMoney && BUCKETS.stream().allMatch(bucket -> fields.node(bucket) == null)) {
      return List.of();
    }
    Tokens tokens =
        new Tokens(
            fields.get("input_tokens", Rule.TOKENS),
            fields.get("output_tokens", Rule.TOKENS),
            fields.find("cache_read_tokens", Rule.TOKENS, 0L),
            fields.find("cache_write_tokens", Rule.TOKENS, 0L),
            fields.find("cache_write_1h_tokens", Rule.TOKENS, 0L),
            fields.find("reasoning_tokens", Rule.TOKENS, 0L));
    Media media =
        new Media(
            fields.find("audio_input_tokens", Rule.TOKENS, 0L),
            0,
            fields.find("image_input_tokens", Rule.TOKENS, 0L),
            0,
            fields.find("audio_output_tokens", Rule.TOKENS, 0L),
            0);
    if (fields.isSound() && tokens.reasoning() > tokens.output()) {
      fields.fault("reasoning_tokens", "must not be more than output_tokens, which include them");
    }
    if (fields.isSound() && media.audioInput() + media.imageInput() > tokens.input()) {
      fields.fault(
          media.audioInput() > tokens.input() || media.imageInput() == 0
              ? "audio_input_tokens"
              : "image_input_tokens",
          "must not be more than input_tokens, which include audio and images");
    }
    if (fields.isSound() && media.audioOutput() > tokens.output()) {
      fields.fault(
          "audio_output_tokens", "must not be more than output_tokens, which include them");
    }
    return List.of(Prompt.of(tokens, media));
  }

  private static List<Fee> fees(Fields fields) {
    List<Fee> fees =
        fields.objects(
            "fees",
            0,
            MAX_FEES,
            fee ->
                new Fee(
                    fee.get("kind", FEE_KIND),
                    fee.get("quantity", Rule.QUANTITY),
                    fee.find("amount", Rule.ROUNDED_COST)));
    return fees == null ? List.of() : fees;
  }

  /** How the call was served, as the event and its usage object say, who must not disagree. */
  private static CallTraits traits(Fields fields, @Nullable CallTraits ofObject) {
    boolean isBatch = fields.find("batch", Rule.FLAG, false);
    CallTraits said =
        ServiceWords.read(
            fields.find("service_tier", WORD),
            fields.find("speed", WORD),
            fields.find("inference_geo", WORD));
    CallTraits traits = CallTraits.PLAIN;
    for (CallTraits each : new CallTraits[] {said, ofObject}) {
      if (each != null) {
        if (disagree(traits.tier(), each.tier(), CallTraits.STANDARD_TIER)) {
          fields.fault("service_tier", "and speed must not be others than usage says");
        }
        if (traits.region() != null
            && each.region() != null
            && !traits.region().equals(each.region())) {
          fields.fault("inference_geo", "must not be another than usage says");
        }
        traits =
            new CallTraits(
                traits.isStandard() ? each.tier() : traits.tier(),
                traits.region() == null ? each.region() : traits.region());
      }
    }
    if (isBatch && disagree(traits.tier(), CallTraits.BATCH_TIER, CallTraits.STANDARD_TIER)) {
      fields.fault("batch", "must not come with the service tier " + traits.tier());
    }
    return isBatch ? new CallTraits(CallTraits.BATCH_TIER, traits.region()) : traits;
  }

  private static boolean disagree(String one, String other, String none) {
    return !one.equals(none) && !other.equals(none) && !one.equals(other);
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
