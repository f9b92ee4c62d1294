package dev.peras.recordusage;

import dev.peras.engine.usage.Tokens;

/** Usage as OpenAI reports it, and those who answer alike: the prompt includes cached tokens. */
final class OpenAiUsage {
  private OpenAiUsage() {}

  /** Chat completions and embeddings: OpenAI, Azure, DeepSeek, Mistral, xAI and many more. */
  static Tokens chat(Counts usage) {
    Count prompt = usage.get("prompt_tokens");
    Count total = usage.total("total_tokens");
    // Embeddings complete nothing. Without a total, that would look like a field left out.
    Count completion =
        usage.has("total_tokens")
            ? usage.find("completion_tokens")
            : usage.get("completion_tokens");
    Count cached =
        usage.find(
            "prompt_tokens_details/cached_tokens", "prompt_cache_hit_tokens", "num_cached_tokens");
    Count written = usage.find("prompt_tokens_details/cache_write_tokens");
    Count missed = usage.find("prompt_cache_miss_tokens");
    Count reasoning = usage.find("completion_tokens_details/reasoning_tokens");

    usage.checkParts(prompt, cached, written);
    if (usage.has("prompt_cache_miss_tokens")) {
      usage.checkSum(prompt, cached, missed);
    }
    if (total.value() == prompt.value() + completion.value() + reasoning.value()) {
      // xAI counts reasoning beside the completion, as the total shows.
      long output = completion.value() + reasoning.value();
      return ProviderUsage.split(prompt, cached, written, output, reasoning);
    }
    usage.checkParts(completion, reasoning);
    usage.checkSum(total, prompt, completion);
    return ProviderUsage.split(prompt, cached, written, completion.value(), reasoning);
  }

  /** Responses, and all that says no more than {@code input_tokens} and {@code output_tokens}. */
  static Tokens responses(Counts usage) {
    Count input = usage.get("input_tokens");
    Count output = usage.get("output_tokens");
    Count cached = usage.find("input_tokens_details/cached_tokens");
    Count written = usage.find("input_tokens_details/cache_write_tokens");
    Count reasoning =
        usage.find(
            "output_tokens_details/reasoning_tokens", "output_tokens_details/thinking_tokens");

    usage.checkParts(input, cached, written);
    usage.checkParts(output, reasoning);
    usage.checkSum(usage.total("total_tokens"), input, output);
    return ProviderUsage.split(input, cached, written, output.value(), reasoning);
  }
}
