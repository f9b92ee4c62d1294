package dev.peras.recordusage;

import dev.peras.engine.Tokens;

/** Usage as Bedrock's Converse reports it: the input tokens exclude what a cache was part of. */
final class BedrockUsage {
  private BedrockUsage() {}

  static Tokens converse(Counts usage) {
    Count input = usage.get("inputTokens");
    Count output = usage.get("outputTokens");
    Count read = usage.find("cacheReadInputTokens");
    Count written = usage.find("cacheWriteInputTokens");
    long hour = 0;
    long detailed = 0;
    for (Counts detail : usage.list("cacheDetails")) {
      long count = detail.get("inputTokens").value();
      detailed += count;
      hour += detail.text("ttl").equals("1h") ? count : 0;
    }
    Count details = new Count("cacheDetails", detailed);
    if (detailed > 0) {
      usage.checkSum(written, details);
      written = details;
    }
    Count total = usage.total("totalTokens");
    if (total.value()
        != input.value() + output.value()) { // Some models' totals leave the cache out.
      usage.checkSum(total, input, read, written, output);
    }
    return new Tokens(input.value(), output.value(), read.value(), written.value() - hour, hour, 0);
  }
}
