package dev.peras.ingestotlp;

import dev.peras.ingestotlp.Entry.Signal;
import dev.peras.ingestotlp.Sender.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of who sends what: which spans and log records are model calls, which repeat them, and
 * what names a call. The first entry that matches decides. A new sender is an entry here, a sample
 * in the tests and a line in {@code docs/otlp.md}; how counts of one name differ by sender is told
 * by {@link dev.peras.usage.Sender}.
 */
final class Senders {
  static final String OPERATION = "gen_ai.operation.name";
  static final String OPEN_INFERENCE_KIND = "openinference.span.kind";

  /** Where token counts stand, whoever wrote them. */
  static final List<String> COUNTS =
      List.of("gen_ai.usage.", "llm.token_count.", "llm.usage.", "ai.usage.");

  /** Nothing comes back as tokens: a missing count of output is none. */
  static final Set<String> WITHOUT_OUTPUT = Set.of("embeddings", "embedding", "rerank");

  private static final List<String> IDS =
      List.of("gen_ai.response.id", "ai.response.id", "llm.response.id");

  private static final List<String> MODELS =
      List.of(
          "gen_ai.response.model",
          "llm.response.model_name",
          "llm.model_name",
          "embedding.model_name",
          "ai.response.model",
          "gen_ai.request.model",
          "llm.request.model_name",
          "ai.model.id",
          "model");

  /** Operations of OpenTelemetry's conventions that call a model. */
  private static final Set<String> CALLS =
      Set.of(
          "chat",
          "text_completion",
          "completion",
          "generate_content",
          "response",
          "responses",
          "embeddings",
          "embedding",
          "rerank",
          "image_generation",
          "speech_generation",
          "transcription",
          "audio");

  private static final Set<String> SUMS =
      Set.of(
          "invoke_agent",
          "create_agent",
          "invoke_workflow",
          "agent_step",
          "plan",
          "framework",
          "chain",
          "task",
          "workflow",
          "agent");

  private static final String CLAUDE_CODE_ID = "request_id";

  static final List<Sender> ALL =
      List.of(
          // Coding agents: their log records count, and their spans say the same once more.
          repeats("Claude Code, spans", Signal.SPAN, List.of(), List.of("claude_code.*")),
          call("Claude Code", Signal.LOG)
              .names("claude_code.api_request")
              .ids(CLAUDE_CODE_ID, "client_request_id")
              .counts(
                  Map.of(
                      "input_tokens", "input_tokens",
                      "output_tokens", "output_tokens",
                      "cache_read_tokens", "cache_read_input_tokens",
                      "cache_creation_tokens", "cache_creation_input_tokens"))
              .build(),
          tool("Claude Code, tools", Signal.LOG).names("claude_code.tool_result").build(),
          repeats("Claude Code, other events", Signal.LOG, List.of(), List.of("claude_code.*")),
          call("Codex", Signal.LOG)
              .names("codex.sse_event")
              .where("event.kind", "response.completed")
              .counting("input_token_count")
              .idByCounts()
              .counts(
                  Map.of(
                      "input_token_count", "gen_ai.usage.input_tokens",
                      "output_token_count", "gen_ai.usage.output_tokens",
                      "cached_token_count", "gen_ai.usage.cache_read.input_tokens",
                      "cache_write_token_count", "gen_ai.usage.cache_write.input_tokens",
                      "reasoning_token_count", "gen_ai.usage.reasoning.output_tokens",
                      "tool_token_count", "gen_ai.usage.total_tokens"))
              .build(),
          repeats("Codex, other events", Signal.LOG, List.of(), List.of("codex.*")),
          call("Codex, spans", Signal.SPAN)
              .scopes("codex")
              .counting("gen_ai.usage.")
              .idByCounts()
              .counts(
                  Map.of(
                      "codex.usage.reasoning_output_tokens", "gen_ai.usage.reasoning.output_tokens",
                      "codex.usage.total_tokens", "gen_ai.usage.total_tokens"))
              .build(),
          repeats("Codex, other spans", Signal.SPAN, List.of("codex"), List.of()),
          call("Gemini CLI", Signal.LOG)
              .names("gemini_cli.api_response")
              .counts(
                  Map.of(
                      "input_token_count", "promptTokenCount",
                      "output_token_count", "candidatesTokenCount",
                      "cached_content_token_count", "cachedContentTokenCount",
                      "thoughts_token_count", "thoughtsTokenCount",
                      "tool_token_count", "toolUsePromptTokenCount",
                      "total_token_count", "totalTokenCount"))
              .build(),
          repeats("Gemini CLI, other events", Signal.LOG, List.of("gemini-cli"), List.of()),
          repeats("Gemini CLI, spans", Signal.SPAN, List.of("gemini-cli"), List.of()),

          // The Claude API itself, and Anthropic's SDKs, which have the split of cache writes by
          // time.
          call("Anthropic", Signal.SPAN)
              .scopes("com.anthropic.")
              .where(OPERATION, CALLS.toArray(String[]::new))
              .counts(
                  Map.of(
                      "anthropic.usage.cache_creation.ephemeral_5m_input_tokens",
                      "gen_ai.usage.cache_creation.ephemeral_5m_input_tokens",
                      "anthropic.usage.cache_creation.ephemeral_1h_input_tokens",
                      "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
                      "anthropic.response.service_tier",
                      "gen_ai.response.service_tier"))
              .build(),

          // Instrumentations by their conventions.
          call("OpenLIT", Signal.SPAN)
              .scopes("openlit")
              .where(OPERATION, CALLS.toArray(String[]::new))
              .guessedWithout("gen_ai.usage.cache_read.input_tokens")
              .build(),
          call("OpenTelemetry", Signal.SPAN).where(OPERATION, CALLS.toArray(String[]::new)).build(),
          call("OpenTelemetry, events", Signal.LOG)
              .where(OPERATION, CALLS.toArray(String[]::new))
              .counting("gen_ai.usage.")
              .build(),
          tool("OpenTelemetry, tools", Signal.SPAN).where(OPERATION, "execute_tool").build(),
          sums("OpenTelemetry, agents").where(OPERATION, SUMS.toArray(String[]::new)).build(),
          call("OpenInference", Signal.SPAN)
              .where(OPEN_INFERENCE_KIND, "LLM", "EMBEDDING", "RERANKER")
              .role(Role.CALL_UNLESS_AROUND_ONE)
              .build(),
          tool("OpenInference, tools", Signal.SPAN).where(OPEN_INFERENCE_KIND, "TOOL").build(),
          sums("OpenInference, chains").where(OPEN_INFERENCE_KIND).build(),
          tool("OpenLLMetry, tools", Signal.SPAN).where("traceloop.span.kind", "tool").build(),
          sums("OpenLLMetry, workflows").where("traceloop.span.kind").build(),
          tool("AI SDK 5, tools", Signal.SPAN).where("ai.operationId", "ai.toolCall").build(),

          // Whoever else counts tokens: AI SDK 5, older versions, one's own spans.
          call("any span with counts", Signal.SPAN)
              .counting(COUNTS.toArray(String[]::new))
              .role(Role.CALL_UNLESS_AROUND_ONE)
              .build(),
          call("any event with counts", Signal.LOG)
              .counting(COUNTS.toArray(String[]::new))
              .build());

  private Senders() {}

  /** The sender of an entry; null where it has nothing to do with model calls. */
  static @Nullable Sender of(Entry entry) {
    for (Sender sender : ALL) {
      if (sender.matches(entry)) {
        return sender;
      }
    }
    return null;
  }

  private static Builder call(String name, Signal signal) {
    return new Builder(name, signal, Role.CALL);
  }

  private static Builder tool(String name, Signal signal) {
    return new Builder(name, signal, Role.TOOL);
  }

  private static Builder sums(String name) {
    return new Builder(name, Signal.SPAN, Role.REPEATS);
  }

  private static Sender repeats(
      String name, Signal signal, List<String> scopes, List<String> names) {
    return new Builder(name, signal, Role.REPEATS)
        .scopes(scopes.toArray(String[]::new))
        .names(names.toArray(String[]::new))
        .build();
  }

  /** Not thread-safe. */
  private static final class Builder {
    private final String name;
    private final Signal signal;
    private Role role;
    private List<String> scopes = List.of();
    private List<String> names = List.of();
    private Map<String, Set<String>> where = Map.of();
    private List<String> counting = List.of();
    private List<String> ids = IDS;
    private boolean idByCounts;
    private Map<String, String> counts = Map.of();
    private @Nullable String guessedWithout;

    Builder(String name, Signal signal, Role role) {
      this.name = name;
      this.signal = signal;
      this.role = role;
    }

    Builder role(Role other) {
      role = other;
      return this;
    }

    Builder scopes(String... prefixes) {
      scopes = List.of(prefixes);
      return this;
    }

    Builder names(String... patterns) {
      names = List.of(patterns);
      return this;
    }

    Builder where(String attribute, String... texts) {
      where = Map.of(attribute, Set.of(texts));
      return this;
    }

    Builder counting(String... prefixes) {
      counting = List.of(prefixes);
      return this;
    }

    Builder ids(String... attributes) {
      ids = List.of(attributes);
      return this;
    }

    Builder idByCounts() {
      ids = List.of();
      idByCounts = true;
      return this;
    }

    Builder counts(Map<String, String> knownAs) {
      counts = knownAs;
      return this;
    }

    Builder guessedWithout(String attribute) {
      guessedWithout = attribute;
      return this;
    }

    Sender build() {
      return new Sender(
          name,
          signal,
          role,
          scopes,
          names,
          where,
          counting,
          ids,
          idByCounts,
          MODELS,
          counts,
          guessedWithout);
    }
  }
}
