package dev.peras.recordusage;

import dev.peras.engine.usage.Tokens;
import java.util.List;

/** Usage as Bedrock's Converse reports it: the input tokens exclude what a cache was part of. */
final class BedrockUsage {
  private BedrockUsage() {}

  static Tokens converse(Counts usage) {
    Count input = usage.get("inputTokens");
    Count output = usage.get("outputTokens");
    Count read = usage.find("cacheReadInputTokens");
    Count written = usage.find("cacheWriteInputTokens");
    long detailed = 0;
    long hour = 0;
    List<Counts> details = usage.list("cacheDetails");
    for (Counts detail : details) {
      long count = detail.get("inputTokens").value();
      detailed += count;
      hour += detail.text("ttl").equals("1h") ? count : 0;
    }
    if (!details.isEmpty()) {
      Count sum = new Count("cacheDetails", detailed);
      usage.checkSum(written, sum);
      written = sum;
    }
    Count total = usage.total("totalTokens");
    boolean leavesOutTheCache = total.value() == input.value() + output.value();
    if (!leavesOutTheCache) {
      usage.checkSum(total, input, read, written, output);
    }
    return new Tokens(input.value(), output.value(), read.value(), written.value() - hour, hour, 0);
  }
}
