package dev.peras.recordusage;

import dev.peras.engine.usage.Tokens;

/** Usage as Anthropic reports it: the input tokens exclude those that a cache served or stored. */
final class AnthropicUsage {
  private AnthropicUsage() {}

  /** A message, and the compactions before it, which the counts at the top leave out. */
  static Tokens message(Counts usage) {
    Tokens tokens = sampled(usage);
    for (Counts iteration : usage.list("iterations")) {
      String type = iteration.text("type");
      if (type.equals("compaction")) {
        tokens = tokens.plus(sampled(iteration));
      } else if (!type.equals("message")) {
        iteration.fault(
            "type",
            "must be message or compaction: what another model did is billed at its rates, so"
                + " report it as an event of its own and leave it out here");
      }
    }
    return tokens;
  }

  private static Tokens sampled(Counts usage) {
    Count input = usage.get("input_tokens");
    Count output = usage.get("output_tokens");
    Count read = usage.find("cache_read_input_tokens");
    Count written = usage.find("cache_creation_input_tokens");
    Count minutes = usage.find("cache_creation/ephemeral_5m_input_tokens");
    Count hour = usage.find("cache_creation/ephemeral_1h_input_tokens");
    Count thinking = usage.find("output_tokens_details/thinking_tokens");

    usage.checkParts(output, thinking);
    boolean isByTime = usage.has(minutes.path()) || usage.has(hour.path());
    if (isByTime) {
      usage.checkSum(written, minutes, hour);
    }
    return new Tokens(
        input.value(),
        output.value(),
        read.value(),
        isByTime ? minutes.value() : written.value(),
        hour.value(),
        thinking.value());
  }
}
