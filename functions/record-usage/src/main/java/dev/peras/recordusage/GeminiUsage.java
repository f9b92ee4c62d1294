package dev.peras.recordusage;

import dev.peras.engine.usage.Tokens;

/** Usage as Gemini reports it: the prompt includes cached tokens, candidates exclude thoughts. */
final class GeminiUsage {
  private GeminiUsage() {}

  static Tokens generated(Counts usage) {
    Count prompt = usage.get("promptTokenCount");
    Count cached = usage.find("cachedContentTokenCount");
    // What tools fetched is read like a prompt, and counted beside it.
    Count toolUse = usage.find("toolUsePromptTokenCount");
    // A count of 0 is left out. Without a total, that would look like a field left out by mistake.
    Count candidates =
        usage.has("totalTokenCount")
            ? usage.find("candidatesTokenCount")
            : usage.get("candidatesTokenCount");
    Count thoughts = usage.find("thoughtsTokenCount");

    usage.checkParts(prompt, cached);
    usage.checkSum(usage.total("totalTokenCount"), prompt, toolUse, candidates, thoughts);
    return new Tokens(
        prompt.value() - cached.value() + toolUse.value(),
        candidates.value() + thoughts.value(),
        cached.value(),
        0,
        0,
        thoughts.value());
  }
}
