package dev.peras.usage;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a usage object, as far as is known. The same names mean different things for different
 * models and instrumentations.
 *
 * @param model null where the event names none
 * @param scope the instrumentation that wrote an OpenTelemetry span, such as {@code openlit}
 */
public record Sender(@Nullable String model, @Nullable String scope) {
  public static final Sender UNKNOWN = new Sender(null, null);

  /** Instrumentations that pass on Anthropic's input tokens as they come, without cached ones. */
  private static final List<String> EXCLUSIVE =
      List.of("openlit", "spring", "quarkus", "quarkiverse", "langchain4j", "strands");

  /** Instrumentations that follow the conventions: input tokens include cached ones. */
  private static final List<String> INCLUSIVE =
      List.of(
          "opentelemetry",
          "openllmetry",
          "traceloop",
          "openinference",
          "arize",
          "anthropic",
          "openai",
          "sentry",
          "pydantic",
          "logfire",
          "vercel",
          "google");

  /** Whether cached tokens are counted inside the input. */
  enum Habit {
    INSIDE,
    BESIDE,
    UNKNOWN
  }

  Sender withModel(String named) {
    return model == null ? new Sender(named, scope) : this;
  }

  Sender withScope(String named) {
    return scope == null ? new Sender(model, named) : this;
  }

  boolean isClaude() {
    return says("claude") || says("anthropic");
  }

  boolean isGemini() {
    return says("gemini");
  }

  Habit habit() {
    if (scope == null) {
      return Habit.UNKNOWN;
    }
    String name = scope.toLowerCase(Locale.ROOT);
    if (EXCLUSIVE.stream().anyMatch(name::contains)) {
      return isClaude() ? Habit.BESIDE : Habit.INSIDE;
    }
    // The AI SDK calls itself by these two letters.
    boolean isKnown = INCLUSIVE.stream().anyMatch(name::contains) || name.equals("ai");
    return isKnown ? Habit.INSIDE : Habit.UNKNOWN;
  }

  private boolean says(String word) {
    return model != null && model.toLowerCase(Locale.ROOT).contains(word);
  }
}
