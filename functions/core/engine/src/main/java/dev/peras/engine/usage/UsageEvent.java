package dev.peras.engine.usage;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The usage of one model call, as its sender reported it.
 *
 * @param eventId the sender's name for it, unique in its session: what makes counting exactly once
 *     possible
 * @param cost the sender's own figure, which overrides the price
 * @param occurredAt null for the time it arrives
 * @param holdId the hold that this call settles
 */
public record UsageEvent(
    String eventId,
    ModelCall call,
    Activity activity,
    @Nullable Usd cost,
    @Nullable Instant occurredAt,
    @Nullable String holdId,
    Map<String, String> tags) {

  public UsageEvent {
    tags = Map.copyOf(tags);
  }

  /** An event in the making: without tokens and of the session's model until it says otherwise. */
  public static Builder named(String eventId) {
    return new Builder(eventId);
  }

  public @Nullable String model() {
    return call.model();
  }

  /** Whether it only says that there was a call: no tokens, no fees and no cost. */
  public boolean isWithoutUsage() {
    return cost == null && call.prompts().isEmpty() && call.fees().isEmpty();
  }

  public Tokens tokens() {
    return call.tokens();
  }

  /**
   * Distinguishes a re-sent event from another one under the same id: it covers everything that was
   * sent, and nothing that was filled in on arrival.
   */
  public Hash fingerprint() {
    StringBuilder content = new StringBuilder(192);
    Tokens tokens = call.tokens();
    text(content, call.model());
    number(content, tokens.input());
    number(content, tokens.output());
    number(content, tokens.cacheRead());
    number(content, tokens.cacheWrite());
    number(content, tokens.cacheWrite1h());
    number(content, tokens.reasoning());
    number(content, call.traits().batch() ? 1 : 0);
    number(content, activity.toolCalls());
    hash(content, activity.prompt());
    hash(content, activity.result());
    text(content, cost == null ? null : cost.toString());
    moment(content, occurredAt);
    text(content, holdId);
    new TreeMap<>(tags)
        .forEach((name, value) -> {
          text(content, name);
          text(content, value);
        });
    // What came to events later leaves the fingerprints of those without it as they were.
    if (activity.agent() != null) {
      text(content.append("agent:"), activity.agent());
    }
    if (activity.action() != null) {
      hash(content.append("action:"), activity.action());
    }
    addUnusual(content);
    return Hash.of(content.toString());
  }

  /** What few events have, so that the fingerprints of all others stay what they were. */
  private void addUnusual(StringBuilder content) {
    CallTraits traits = call.traits();
    if (!traits.isStandard() && !traits.equals(CallTraits.BATCH)) {
      text(content, traits.tier());
    }
    if (traits.region() != null) {
      text(content, "region");
      text(content, traits.region());
    }
    boolean isOrdinary =
        call.prompts().isEmpty()
            || (call.prompts().size() == 1
                && call.prompts().getFirst().equals(Prompt.of(call.tokens())));
    for (Prompt prompt : isOrdinary ? List.<Prompt>of() : call.prompts()) {
      text(content, prompt.toString());
    }
    for (Fee fee : call.fees()) {
      text(content, fee.kind());
      text(content, fee.quantity().stripTrailingZeros().toPlainString());
      text(content, fee.amount() == null ? null : fee.amount().toString());
    }
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

  /** Builds an event. A part that is left out is unknown. */
  public static final class Builder {
    private final String eventId;
    private @Nullable String model;
    private List<Prompt> prompts = List.of();
    private List<Fee> fees = List.of();
    private CallTraits traits = CallTraits.PLAIN;
    private Activity activity = Activity.UNKNOWN;
    private @Nullable Usd cost;
    private @Nullable Instant occurredAt;
    private @Nullable String holdId;
    private Map<String, String> tags = Map.of();

    private Builder(String eventId) {
      this.eventId = eventId;
    }

    public Builder model(@Nullable String name) {
      model = name;
      return this;
    }

    /** One prompt of nothing but text. */
    public Builder tokens(Tokens counts) {
      return prompts(List.of(Prompt.of(counts)));
    }

    public Builder prompts(List<Prompt> all) {
      prompts = all;
      return this;
    }

    public Builder fees(List<Fee> charged) {
      fees = charged;
      return this;
    }

    public Builder traits(CallTraits made) {
      traits = made;
      return this;
    }

    public Builder activity(Activity seen) {
      activity = seen;
      return this;
    }

    public Builder cost(@Nullable Usd own) {
      cost = own;
      return this;
    }

    public Builder occurredAt(@Nullable Instant moment) {
      occurredAt = moment;
      return this;
    }

    public Builder holdId(@Nullable String settled) {
      holdId = settled;
      return this;
    }

    public Builder tags(Map<String, String> labels) {
      tags = labels;
      return this;
    }

    public UsageEvent build() {
      return new UsageEvent(
          eventId,
          new ModelCall(model, prompts, fees, traits),
          activity,
          cost,
          occurredAt,
          holdId,
          tags);
    }
  }
}
