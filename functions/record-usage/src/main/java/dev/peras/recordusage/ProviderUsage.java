package dev.peras.recordusage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.usage.Tokens;
import dev.peras.json.Fields;
import dev.peras.json.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Splits a provider's own usage object into disjoint buckets.
 *
 * <p>Who sent it shows in the names of its fields. That matters: some count cached tokens as part
 * of the prompt, some beside it, and taking one for the other bills them twice or not at all. So an
 * object that could be read in two ways is refused.
 */
final class ProviderUsage {
  /**
   * A way to report usage.
   *
   * @param name with the fields that show it
   * @param marks fields that no other convention has
   */
  private record Convention(String name, Set<String> marks, Function<Counts, Tokens> reader) {}

  private static final Convention OPENAI_CHAT =
      new Convention(
          "OpenAI chat completions, DeepSeek, Mistral (prompt_tokens, completion_tokens)",
          Set.of(
              "prompt_tokens",
              "completion_tokens",
              "prompt_tokens_details",
              "completion_tokens_details",
              "prompt_cache_hit_tokens",
              "prompt_cache_miss_tokens"),
          OpenAiUsage::chat);

  private static final Convention OPENAI_RESPONSES =
      new Convention(
          "OpenAI responses (input_tokens, output_tokens, input_tokens_details)",
          Set.of("input_tokens_details"),
          OpenAiUsage::responses);

  private static final Convention ANTHROPIC =
      new Convention(
          "Anthropic messages (input_tokens, output_tokens, cache_read_input_tokens)",
          Set.of(
              "cache_read_input_tokens",
              "cache_creation_input_tokens",
              "cache_creation",
              "iterations"),
          AnthropicUsage::message);

  private static final Convention BEDROCK =
      new Convention(
          "Bedrock Converse (inputTokens, outputTokens)",
          Set.of(
              "inputTokens",
              "outputTokens",
              "cacheReadInputTokens",
              "cacheWriteInputTokens",
              "cacheDetails"),
          BedrockUsage::converse);

  private static final Convention GEMINI =
      new Convention(
          "Gemini (promptTokenCount, candidatesTokenCount)",
          Set.of(
              "promptTokenCount",
              "candidatesTokenCount",
              "cachedContentTokenCount",
              "thoughtsTokenCount",
              "toolUsePromptTokenCount"),
          GeminiUsage::generated);

  private static final Convention OPEN_TELEMETRY =
      new Convention(
          "OpenTelemetry (gen_ai.usage.input_tokens, gen_ai.usage.output_tokens)",
          OpenTelemetryUsage.ATTRIBUTES,
          OpenTelemetryUsage::span);

  private static final List<Convention> KNOWN =
      List.of(OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC, BEDROCK, GEMINI, OPEN_TELEMETRY);

  private ProviderUsage() {}

  /**
   * The buckets of a usage object.
   *
   * @param event takes what is wrong with it
   */
  static Tokens read(JsonNode usage, Fields event) {
    if (!usage.isObject()) {
      event.fault("usage", "must be an object: a provider's usage as it came");
      return Tokens.NONE;
    }
    List<Convention> found = conventions(usage);
    if (found.size() != 1) {
      event.fault(
          "usage",
          found.isEmpty()
              ? "is of no kind that is known here; known are " + names(KNOWN)
              : "has fields of several kinds, which count differently: " + names(found));
      return Tokens.NONE;
    }
    Tokens tokens = found.getFirst().reader().apply(new Counts(usage, "usage", event));
    if (largest(tokens) > Rule.MAX_TOKENS) {
      event.fault("usage", "adds up to more than %d tokens of a kind".formatted(Rule.MAX_TOKENS));
    }
    return tokens;
  }

  /** The buckets of a call whose prompt count includes cached tokens. */
  static Tokens split(Count prompt, Count cached, Count written, long output, Count reasoning) {
    return new Tokens(
        prompt.value() - cached.value() - written.value(),
        output,
        cached.value(),
        written.value(),
        0,
        reasoning.value());
  }

  private static List<Convention> conventions(JsonNode usage) {
    List<Convention> found = new ArrayList<>(KNOWN);
    found.removeIf(convention -> convention.marks().stream().noneMatch(usage::hasNonNull));
    // OpenAI and Anthropic share these two, which mean the same where no cache is mentioned.
    boolean isEither = usage.hasNonNull("input_tokens") || usage.hasNonNull("output_tokens");
    if (isEither && !found.contains(ANTHROPIC) && !found.contains(OPENAI_RESPONSES)) {
      found.add(OPENAI_RESPONSES);
    }
    return found;
  }

  private static String names(List<Convention> conventions) {
    return conventions.stream().map(Convention::name).collect(Collectors.joining("; "));
  }

  private static long largest(Tokens tokens) {
    return LongStream.of(
            tokens.input(),
            tokens.output(),
            tokens.cacheRead(),
            tokens.cacheWrite(),
            tokens.cacheWrite1h())
        .max()
        .orElseThrow();
  }
}
