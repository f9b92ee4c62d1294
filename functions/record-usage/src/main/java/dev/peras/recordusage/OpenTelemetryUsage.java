package dev.peras.recordusage;

import dev.peras.engine.usage.Tokens;
import java.util.Set;

/** Usage as OpenTelemetry's conventions name it: input includes cached, output reasoning tokens. */
final class OpenTelemetryUsage {
  private static final String INPUT = "gen_ai.usage.input_tokens";
  private static final String OUTPUT = "gen_ai.usage.output_tokens";
  private static final String CACHE_READ = "gen_ai.usage.cache_read.input_tokens";
  private static final String CACHE_WRITE = "gen_ai.usage.cache_creation.input_tokens";
  private static final String REASONING = "gen_ai.usage.reasoning.output_tokens";

  // What the first two were called before.
  private static final String PROMPT = "gen_ai.usage.prompt_tokens";
  private static final String COMPLETION = "gen_ai.usage.completion_tokens";

  static final Set<String> ATTRIBUTES =
      Set.of(INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REASONING, PROMPT, COMPLETION);

  private OpenTelemetryUsage() {}

  static Tokens span(Counts usage) {
    Count input = usage.get(INPUT, PROMPT);
    Count output = usage.get(OUTPUT, COMPLETION);
    Count cached = usage.find(CACHE_READ);
    Count written = usage.find(CACHE_WRITE);
    Count reasoning = usage.find(REASONING);

    usage.checkParts(input, cached, written);
    usage.checkParts(output, reasoning);
    return ProviderUsage.split(input, cached, written, output.value(), reasoning);
  }
}
