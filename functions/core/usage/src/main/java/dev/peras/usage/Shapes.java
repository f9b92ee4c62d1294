package dev.peras.usage;

import static dev.peras.usage.Meaning.AUDIO_CACHED;
import static dev.peras.usage.Meaning.AUDIO_INPUT;
import static dev.peras.usage.Meaning.AUDIO_OUTPUT;
import static dev.peras.usage.Meaning.BILL;
import static dev.peras.usage.Meaning.BILL_TICKS;
import static dev.peras.usage.Meaning.CACHE_READ;
import static dev.peras.usage.Meaning.CACHE_WRITE;
import static dev.peras.usage.Meaning.CACHE_WRITE_1H;
import static dev.peras.usage.Meaning.CACHE_WRITE_5M;
import static dev.peras.usage.Meaning.EXTRA_INPUT;
import static dev.peras.usage.Meaning.IMAGE_CACHED;
import static dev.peras.usage.Meaning.IMAGE_INPUT;
import static dev.peras.usage.Meaning.IMAGE_OUTPUT;
import static dev.peras.usage.Meaning.INPUT;
import static dev.peras.usage.Meaning.NOT_MONEY;
import static dev.peras.usage.Meaning.OUTPUT;
import static dev.peras.usage.Meaning.OUTPUT_PART;
import static dev.peras.usage.Meaning.PROMPTS;
import static dev.peras.usage.Meaning.REASONING;
import static dev.peras.usage.Meaning.TEXT_CACHED;
import static dev.peras.usage.Meaning.TEXT_INPUT;
import static dev.peras.usage.Meaning.TEXT_OUTPUT;
import static dev.peras.usage.Meaning.TOTAL;
import static dev.peras.usage.Meaning.UNCACHED_INPUT;
import static dev.peras.usage.Meaning.UPSTREAM_BILL;

import dev.peras.usage.Shape.Count;
import dev.peras.usage.Shape.Place;
import dev.peras.usage.Shape.Total;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of what providers, SDKs and frameworks send as usage: the one place to teach Peras a
 * new one. An entry here, a worked example with its source, and the tables in {@code
 * docs/usage.md}, which are made from this.
 *
 * <p>An object is read by every shape that knows all its counts. Where two shapes, or two readings
 * of one, come to different tokens, it is refused.
 */
final class Shapes {
  private Shapes() {}

  /** Texts that say how a call was served. */
  static final Set<String> TIER =
      Set.of(
          "service_tier",
          "service_tier.type",
          "traffic_type",
          "openai.response.service_tier",
          "gen_ai.openai.response.service_tier",
          "gen_ai.response.service_tier");

  static final Set<String> SPEED = Set.of("speed", "gen_ai.response.speed");
  static final Set<String> REGION = Set.of("inference_geo");

  /** The instrumentation that wrote a span. */
  static final Set<String> SCOPE =
      Set.of("otel.scope.name", "otel_scope", "otel_scope.name", "otel_scope_name");

  /** Perplexity's fee for a request goes by this text. */
  static final String SEARCH_SIZE = "search_context_size";

  /** Where a framework keeps the provider's own object. */
  static final String RAW = "raw";

  /**
   * What the Claude Agent SDK adds to the counts of a whole run, which are sums of many prompts.
   */
  static final String SUMMED_BY_AN_AGENT = "context_window";

  /** Lists that say the same once more. */
  static final Set<String> REPEATS = Set.of("x_details");

  /** Texts that name the model. */
  static final List<String> MODEL =
      List.of("gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "model");

  /** What a number's name says if it may be money, and what it says if it surely isn't. */
  static final Pattern SPEAKS_OF_COUNTS =
      Pattern.compile(
          "token|cache|unit|request|quer|search|character|pixel|page|image|audio|video|second|minute"
              + "|credit|tool|call|session|ground|citation|count|input|output|prompt|completion"
              + "|reason|think|thought|iteration|entries|frame|document|cost|price|fee|usd|charge|bill|container|read|write|written");

  static final Pattern IS_NO_COUNT =
      Pattern.compile(
          "(^|[_.])(time|latency|duration|ms|millis|seconds_elapsed|ttft|created|timestamp|index|id"
              + "|version|window|limit|remaining|temperature|seed|max|port|status_code|percent"
              + "|percentage|ratio|score)($|_(to|in|ms|s|ns|us|sec|secs|seconds|total)\\b.*)"
              + "|per_second|per_sec|_per_|_time$|_ms$|_ns$|_at$|_latency$|_duration$|_id$|_window$"
              + "|_limit$|(^|[_.])max_|_ratio$|_rate$|_percent(age)?$|_multiplier$");

  private static final Map<String, Count> CHAT_PROMPT =
      Shape.named("")
          .count(INPUT, "prompt_tokens")
          .count(OUTPUT, "completion_tokens")
          .count(TOTAL, "total_tokens")
          .count(
              CACHE_READ,
              "prompt_tokens_details.cached_tokens",
              "prompt_tokens_details.cache_read_tokens",
              "prompt_tokens_details.cache_read_input_tokens",
              "prompt_cache_hit_tokens",
              "num_cached_tokens",
              "cached_tokens",
              "cached_prompt_text_tokens",
              "num_cached_prompt_tokens")
          .count(
              UNCACHED_INPUT, "prompt_cache_miss_tokens", "prompt_tokens_details.uncached_tokens")
          .count(
              CACHE_WRITE,
              "prompt_tokens_details.cache_write_tokens",
              "prompt_tokens_details.cache_creation_tokens",
              "prompt_tokens_details.cache_creation_input_tokens")
          .count(
              CACHE_WRITE_5M,
              "prompt_tokens_details.cache_creation.ephemeral_5m_input_tokens",
              "prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens")
          .count(
              CACHE_WRITE_1H,
              "prompt_tokens_details.cache_creation.ephemeral_1h_input_tokens",
              "prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens")
          .count(TEXT_INPUT, "prompt_tokens_details.text_tokens", "prompt_text_tokens")
          .count(AUDIO_INPUT, "prompt_tokens_details.audio_tokens")
          .count(
              IMAGE_INPUT,
              "prompt_tokens_details.image_tokens",
              "prompt_tokens_details.video_tokens")
          .count(TEXT_CACHED, "prompt_tokens_details.cached_tokens_details.text_tokens")
          .count(AUDIO_CACHED, "prompt_tokens_details.cached_tokens_details.audio_tokens")
          .count(IMAGE_CACHED, "prompt_tokens_details.cached_tokens_details.image_tokens")
          .count(
              REASONING,
              "completion_tokens_details.reasoning_tokens",
              "output_tokens_details.reasoning_tokens",
              "reasoning_tokens")
          .count(TEXT_OUTPUT, "completion_tokens_details.text_tokens")
          .count(AUDIO_OUTPUT, "completion_tokens_details.audio_tokens")
          .count(IMAGE_OUTPUT, "completion_tokens_details.image_tokens")
          .count(
              OUTPUT_PART,
              "completion_tokens_details.accepted_prediction_tokens",
              "completion_tokens_details.rejected_prediction_tokens")
          .names();

  /** What stands beside the tokens, whoever counts them. */
  private static final Map<String, Count> BESIDE =
      Shape.named("")
          .fee(
              "web_search",
              "server_tool_use.web_search_requests",
              "server_tool_use_details.web_search_requests",
              "web_search_requests",
              "tool_calls_details.search_web.invocation",
              "server_side_tool_usage_details.web_search_calls",
              "server_side_tool_usage.web_search",
              "server_side_tool_usage.server_side_tool_web_search")
          .fee(
              "x_search",
              "server_side_tool_usage_details.x_search_calls",
              "server_side_tool_usage.x_search",
              "server_side_tool_usage.server_side_tool_x_search")
          .fee(
              "code_execution",
              "server_tool_use.code_execution_requests",
              "server_side_tool_usage_details.code_interpreter_calls",
              "server_side_tool_usage_details.code_execution_calls",
              "server_side_tool_usage.code_execution")
          .fee(
              "file_search",
              "server_side_tool_usage_details.file_search_calls",
              "server_side_tool_usage_details.document_search_calls")
          .fee("live_search_source", "num_sources_used")
          .fee("url_fetch", "tool_calls_details.fetch_url.invocation")
          .fee("search_unit", "billed_units.search_units", "search_units")
          .fee("classification", "billed_units.classifications", "classifications")
          .fee("image", "billed_units.images")
          .fee("audio_second", "prompt_audio_seconds")
          .count(BILL, "cost", "cost.total_cost")
          .count(BILL_TICKS, "cost_in_usd_ticks")
          .count(UPSTREAM_BILL, "cost_details.upstream_inference_cost")
          .count(
              NOT_MONEY,
              // Reading a page is free where only its tokens are charged.
              "server_tool_use.web_fetch_requests",
              "server_tool_use.tool_search_requests",
              "server_tool_use.advisor_requests",
              "server_tool_use_details.tool_calls_requested",
              "server_tool_use_details.tool_calls_executed",
              "server_side_tool_usage_details.mcp_calls",
              "num_server_side_tools_used",
              // Parts of the bill, and what clients make of the counts.
              "cost.input_cost",
              "cost.output_cost",
              "cost.input_tokens_cost",
              "cost.output_tokens_cost",
              "cost.reasoning_tokens_cost",
              "cost.citation_tokens_cost",
              "cost.search_queries_cost",
              "cost.request_cost",
              "cost.tool_calls_cost",
              "cost.cache_read_cost",
              "cost.cache_creation_cost",
              "cost_details.upstream_inference_prompt_cost",
              "cost_details.upstream_inference_input_cost",
              "cost_details.upstream_inference_completions_cost",
              "cost_details.upstream_inference_output_cost",
              "cost_details.cache_discount",
              "cost_usd",
              "total_cost_usd",
              "estimated_cost",
              "response_cost",
              "context_window",
              "model_context_window",
              "max_output_tokens",
              // Times, in seconds.
              "queue_time",
              "prompt_time",
              "completion_time",
              "total_time")
          .names();

  private static final Map<String, Count> MODALITY_PARTS =
      Shape.named("")
          .count(TEXT_INPUT, "prompt_tokens_details[text].token_count")
          .count(TEXT_INPUT, "tool_use_prompt_tokens_details[text].token_count")
          .count(AUDIO_INPUT, "prompt_tokens_details[audio].token_count")
          .count(AUDIO_INPUT, "tool_use_prompt_tokens_details[audio].token_count")
          .count(IMAGE_INPUT, "prompt_tokens_details[image].token_count")
          .count(IMAGE_INPUT, "prompt_tokens_details[video].token_count")
          .count(IMAGE_INPUT, "prompt_tokens_details[document].token_count")
          .count(IMAGE_INPUT, "tool_use_prompt_tokens_details[image].token_count")
          .count(IMAGE_INPUT, "tool_use_prompt_tokens_details[video].token_count")
          .count(IMAGE_INPUT, "tool_use_prompt_tokens_details[document].token_count")
          .count(TEXT_CACHED, "cache_tokens_details[text].token_count")
          .count(AUDIO_CACHED, "cache_tokens_details[audio].token_count")
          .count(IMAGE_CACHED, "cache_tokens_details[image].token_count")
          .count(IMAGE_CACHED, "cache_tokens_details[video].token_count")
          .count(IMAGE_CACHED, "cache_tokens_details[document].token_count")
          .count(TEXT_OUTPUT, "candidates_tokens_details[text].token_count")
          .count(AUDIO_OUTPUT, "candidates_tokens_details[audio].token_count")
          .count(IMAGE_OUTPUT, "candidates_tokens_details[image].token_count")
          .count(TEXT_OUTPUT, "response_tokens_details[text].token_count")
          .count(AUDIO_OUTPUT, "response_tokens_details[audio].token_count")
          .count(IMAGE_OUTPUT, "response_tokens_details[image].token_count")
          .names();

  private static final Map<String, Count> SPAN =
      Shape.named("")
          .count(
              INPUT,
              "gen_ai.usage.input_tokens",
              "gen_ai.usage.prompt_tokens",
              "llm.usage.prompt_tokens",
              "ai.usage.prompt_tokens",
              "ai.usage.input_tokens")
          .count(
              OUTPUT,
              "gen_ai.usage.output_tokens",
              "gen_ai.usage.completion_tokens",
              "llm.usage.completion_tokens",
              "ai.usage.completion_tokens",
              "ai.usage.output_tokens")
          .count(
              TOTAL,
              "gen_ai.usage.total_tokens",
              "llm.usage.total_tokens",
              "ai.usage.total_tokens",
              "ai.usage.tokens")
          .count(
              CACHE_READ,
              "gen_ai.usage.cache_read.input_tokens",
              "gen_ai.usage.input_tokens.cached",
              "ai.usage.cached_input_tokens",
              "ai.usage.input_token_details.cache_read_tokens")
          .count(
              CACHE_WRITE,
              "gen_ai.usage.cache_write.input_tokens",
              "gen_ai.usage.cache_creation.input_tokens",
              "gen_ai.usage.input_tokens.cache_write",
              "ai.usage.input_token_details.cache_write_tokens")
          .count(
              CACHE_WRITE_5M,
              "gen_ai.usage.cache_creation.ephemeral_5m_input_tokens",
              "gen_ai.usage.cache_creation.ephemeral_5m.input_tokens",
              "gen_ai.usage.cache_creation_5m.input_tokens",
              "gen_ai.usage.cache_creation.5m.input_tokens",
              "gen_ai.usage.cache_write.ephemeral_5m_input_tokens",
              "gen_ai.usage.cache_write.5m.input_tokens",
              "gen_ai.usage.cache_write_5m.input_tokens",
              "gen_ai.usage.cache_creation_5m_input_tokens",
              "gen_ai.usage.cache_write_5m_input_tokens")
          .count(
              CACHE_WRITE_1H,
              "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
              "gen_ai.usage.cache_creation.ephemeral_1h.input_tokens",
              "gen_ai.usage.cache_creation_1h.input_tokens",
              "gen_ai.usage.cache_creation.1h.input_tokens",
              "gen_ai.usage.cache_write.ephemeral_1h_input_tokens",
              "gen_ai.usage.cache_write.1h.input_tokens",
              "gen_ai.usage.cache_write_1h.input_tokens",
              "gen_ai.usage.cache_creation_1h_input_tokens",
              "gen_ai.usage.cache_write_1h_input_tokens")
          .count(UNCACHED_INPUT, "ai.usage.input_token_details.no_cache_tokens")
          .count(
              REASONING,
              "gen_ai.usage.reasoning.output_tokens",
              "gen_ai.usage.output_tokens.reasoning",
              "gen_ai.usage.reasoning_tokens",
              "gen_ai.usage.reasoning_output_tokens",
              "gen_ai.usage.completion_tokens_details.reasoning_tokens",
              "llm.usage.reasoning_tokens",
              "ai.usage.reasoning_tokens",
              "ai.usage.output_token_details.reasoning_tokens")
          .count(TEXT_OUTPUT, "ai.usage.output_token_details.text_tokens")
          .count(
              AUDIO_INPUT,
              "gen_ai.usage.input_audio_tokens",
              "gen_ai.usage.audio.input_tokens",
              "gen_ai.usage.prompt_tokens_details.audio_tokens")
          .count(
              AUDIO_OUTPUT,
              "gen_ai.usage.output_audio_tokens",
              "gen_ai.usage.audio.output_tokens",
              "gen_ai.usage.completion_tokens_details.audio_tokens")
          .count(IMAGE_INPUT, "gen_ai.usage.image.input_tokens")
          .count(IMAGE_OUTPUT, "gen_ai.usage.image.output_tokens")
          .count(TEXT_INPUT, "gen_ai.usage.text.input_tokens")
          .count(TEXT_OUTPUT, "gen_ai.usage.text.output_tokens")
          .fee(
              "web_search",
              "gen_ai.usage.server_tool_use.web_search_requests",
              "gen_ai.usage.web_search_requests")
          .count(
              NOT_MONEY,
              // What instrumentations make of the counts, often 0 for a price they don't know.
              "gen_ai.usage.cost",
              "gen_ai.usage.cost_usd",
              "gen_ai.usage.total_cost",
              "gen_ai.cost.total_tokens",
              "gen_ai.cost.input_tokens",
              "gen_ai.cost.output_tokens",
              "operation.cost",
              "gen_ai.request.max_tokens",
              "gen_ai.request.top_k",
              "gen_ai.request.choice.count",
              "gen_ai.request.max_output_tokens",
              "gen_ai.request.thinking.budget_tokens",
              "gen_ai.server.time_to_first_token",
              "gen_ai.client.operation.duration",
              "gen_ai.tool.call.count",
              "ai.response.avg_output_tokens_per_second",
              "ai.response.avg_completion_tokens_per_second",
              "ai.response.ms_to_finish",
              "ai.response.ms_to_first_chunk",
              "ai.settings.max_output_tokens",
              "ai.settings.max_tokens",
              "ai.settings.max_retries",
              "llm.request.max_tokens",
              "llm.top_k",
              "llm.is_streaming",
              "event_loop.cycle_count",
              "gen_ai.server.request.duration")
          .names();

  private static final Map<String, Count> SPAN_OLD_CACHE =
      Shape.named("")
          .count(
              CACHE_READ,
              "gen_ai.usage.cache_read_input_tokens",
              "gen_ai.usage.cache_read_tokens",
              "gen_ai.usage.cached_tokens",
              "gen_ai.usage.cached_input_tokens",
              "gen_ai.usage.input_cached_tokens",
              "gen_ai.usage.input_cache_read_tokens",
              "gen_ai.usage.prompt_tokens_details.cached_tokens",
              "gen_ai.usage.prompt_tokens_details.cache_read",
              "gen_ai.usage.details.cache_read_tokens",
              "gen_ai.usage.details.cache_read_input_tokens",
              "gen_ai.usage.details.cached_tokens",
              "llm.usage.cache_read_input_tokens",
              "llm.usage.cached_tokens")
          .count(
              CACHE_WRITE,
              "gen_ai.usage.cache_write_input_tokens",
              "gen_ai.usage.cache_creation_input_tokens",
              "gen_ai.usage.cache_write_tokens",
              "gen_ai.usage.cache_creation_tokens",
              "gen_ai.usage.input_cache_write_tokens",
              "gen_ai.usage.prompt_tokens_details.cache_write",
              "gen_ai.usage.details.cache_write_tokens",
              "gen_ai.usage.details.cache_creation_input_tokens",
              "llm.usage.cache_creation_input_tokens")
          .count(
              REASONING,
              "gen_ai.usage.details.reasoning_tokens",
              "gen_ai.usage.details.output_reasoning_tokens")
          .count(
              NOT_MONEY,
              // The provider's own counts once more, from which the others were made.
              "gen_ai.usage.details.input_tokens",
              "gen_ai.usage.details.output_tokens")
          .names();

  static final List<Shape> ALL =
      List.of(
          Shape.named("OpenAI chat completions (prompt_tokens, completion_tokens)")
              .with(CHAT_PROMPT)
              .with(BESIDE)
              .reasoning(Place.INSIDE_OR_SHOWN)
              .totals(Total.STANDS_FOR_OUTPUT)
              .build(),
          Shape.named("Perplexity Sonar (prompt_tokens, citation_tokens, num_search_queries)")
              .with(CHAT_PROMPT)
              .with(BESIDE)
              .fee("citation_token", "citation_tokens")
              .fee("web_search", "num_search_queries")
              .markedBy("citation_tokens", "num_search_queries", "search_context_size")
              .reasoning(Place.BESIDE)
              .totals(Total.WITHOUT_REASONING)
              .build(),
          Shape.named("LiteLLM, Databricks (prompt_tokens, cache_read_input_tokens)")
              .with(CHAT_PROMPT)
              .with(BESIDE)
              .count(CACHE_READ, "cache_read_input_tokens")
              .count(CACHE_WRITE, "cache_creation_input_tokens")
              .count(CACHE_WRITE_5M, "cache_creation.ephemeral_5m_input_tokens")
              .count(CACHE_WRITE_1H, "cache_creation.ephemeral_1h_input_tokens")
              .markedBy("cache_read_input_tokens", "cache_creation_input_tokens")
              .cache(Place.SHOWN)
              .reasoning(Place.INSIDE_OR_SHOWN)
              .build(),
          Shape.named("OpenAI responses (input_tokens, output_tokens, input_tokens_details)")
              .with(BESIDE)
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(
                  CACHE_READ,
                  "input_tokens_details.cached_tokens",
                  "input_tokens_details.cache_read_input_tokens")
              .count(
                  CACHE_WRITE,
                  "input_tokens_details.cache_write_tokens",
                  "input_tokens_details.cache_creation_input_tokens",
                  "input_tokens_details.cache_write_input_tokens")
              .count(TEXT_INPUT, "input_tokens_details.text_tokens")
              .count(AUDIO_INPUT, "input_tokens_details.audio_tokens")
              .count(
                  IMAGE_INPUT,
                  "input_tokens_details.image_tokens",
                  "input_tokens_details.video_tokens")
              .count(TEXT_CACHED, "input_tokens_details.cached_tokens_details.text_tokens")
              .count(AUDIO_CACHED, "input_tokens_details.cached_tokens_details.audio_tokens")
              .count(IMAGE_CACHED, "input_tokens_details.cached_tokens_details.image_tokens")
              .count(
                  REASONING,
                  "output_tokens_details.reasoning_tokens",
                  "output_tokens_details.thinking_tokens")
              .count(TEXT_OUTPUT, "output_tokens_details.text_tokens")
              .count(AUDIO_OUTPUT, "output_tokens_details.audio_tokens")
              .count(IMAGE_OUTPUT, "output_tokens_details.image_tokens")
              .count(PROMPTS, "requests")
              .count(NOT_MONEY, "tool_calls")
              .reasoning(Place.INSIDE_OR_SHOWN)
              .calls("request_usage_entries")
              .build(),
          Shape.named("Realtime (input_tokens, input_token_details.audio_tokens)")
              .with(BESIDE)
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(CACHE_READ, "input_token_details.cached_tokens")
              .count(CACHE_WRITE, "input_token_details.cache_write_tokens")
              .count(TEXT_INPUT, "input_token_details.text_tokens")
              .count(AUDIO_INPUT, "input_token_details.audio_tokens")
              .count(IMAGE_INPUT, "input_token_details.image_tokens")
              .count(TEXT_CACHED, "input_token_details.cached_tokens_details.text_tokens")
              .count(AUDIO_CACHED, "input_token_details.cached_tokens_details.audio_tokens")
              .count(IMAGE_CACHED, "input_token_details.cached_tokens_details.image_tokens")
              .count(TEXT_OUTPUT, "output_token_details.text_tokens")
              .count(AUDIO_OUTPUT, "output_token_details.audio_tokens")
              .count(IMAGE_OUTPUT, "output_token_details.image_tokens")
              .count(REASONING, "output_token_details.reasoning_tokens")
              .build(),
          Shape.named("LangChain usage_metadata (input_tokens, input_token_details.cache_read)")
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(
                  CACHE_READ,
                  "input_token_details.cache_read",
                  "input_token_details.priority_cache_read",
                  "input_token_details.flex_cache_read")
              .count(CACHE_WRITE, "input_token_details.cache_creation")
              .count(CACHE_WRITE_5M, "input_token_details.ephemeral_5m_input_tokens")
              .count(CACHE_WRITE_1H, "input_token_details.ephemeral_1h_input_tokens")
              .count(UNCACHED_INPUT, "input_token_details.priority", "input_token_details.flex")
              .count(TEXT_INPUT, "input_token_details.text")
              .count(AUDIO_INPUT, "input_token_details.audio")
              .count(
                  IMAGE_INPUT,
                  "input_token_details.image",
                  "input_token_details.video",
                  "input_token_details.document")
              .count(
                  REASONING,
                  "output_token_details.reasoning",
                  "output_token_details.priority_reasoning",
                  "output_token_details.flex_reasoning")
              .count(TEXT_OUTPUT, "output_token_details.text")
              .count(AUDIO_OUTPUT, "output_token_details.audio")
              .count(IMAGE_OUTPUT, "output_token_details.image")
              .count(OUTPUT_PART, "output_token_details.priority", "output_token_details.flex")
              .build(),
          Shape.named("Anthropic messages (input_tokens, cache_read_input_tokens)")
              .with(BESIDE)
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(CACHE_READ, "cache_read_input_tokens")
              .count(CACHE_WRITE, "cache_creation_input_tokens")
              .count(
                  CACHE_WRITE_5M,
                  "cache_creation.ephemeral_5m_input_tokens",
                  "cache_creation.ephemeral5m_input_tokens",
                  "ephemeral_5m_input_tokens")
              .count(
                  CACHE_WRITE_1H,
                  "cache_creation.ephemeral_1h_input_tokens",
                  "cache_creation.ephemeral1h_input_tokens",
                  "ephemeral_1h_input_tokens")
              .count(
                  REASONING,
                  "output_tokens_details.thinking_tokens",
                  "output_tokens_details.reasoning_tokens")
              .cache(Place.BESIDE)
              .totals(Total.WITHOUT_CACHE)
              .calls("iterations")
              .build(),
          Shape.named("Bedrock Converse, Strands (inputTokens, cacheWriteInputTokens)")
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(CACHE_READ, "cache_read_input_tokens", "cache_read_input_token_count")
              .count(CACHE_WRITE, "cache_write_input_tokens", "cache_write_input_token_count")
              .count(CACHE_WRITE_5M, "cache_details[5m].input_tokens")
              .count(CACHE_WRITE_1H, "cache_details[1h].input_tokens")
              .cache(Place.BESIDE)
              .totals(Total.WITHOUT_CACHE)
              .build(),
          Shape.named("Bedrock invocation metrics (inputTokenCount, outputTokenCount)")
              .count(INPUT, "input_token_count", "x_amzn_bedrock_input_token_count")
              .count(OUTPUT, "output_token_count", "x_amzn_bedrock_output_token_count")
              .count(TOTAL, "total_token_count")
              .count(
                  CACHE_READ,
                  "cache_read_input_token_count",
                  "x_amzn_bedrock_cache_read_input_token_count")
              .count(
                  CACHE_WRITE,
                  "cache_write_input_token_count",
                  "x_amzn_bedrock_cache_write_input_token_count")
              .count(NOT_MONEY, "invocation_latency", "first_byte_latency")
              .cache(Place.BESIDE)
              .totals(Total.WITHOUT_CACHE)
              .build(),
          Shape.named("Codex, AI SDK 5 (input_tokens, cached_input_tokens)")
              .with(BESIDE)
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(CACHE_READ, "cached_input_tokens")
              .count(CACHE_WRITE, "cache_write_input_tokens", "cache_creation_input_tokens")
              .count(REASONING, "reasoning_output_tokens", "reasoning_tokens")
              .markedBy("cached_input_tokens", "reasoning_output_tokens", "reasoning_tokens")
              .cache(Place.SHOWN_FOR_CLAUDE)
              .reasoning(Place.INSIDE_OR_SHOWN)
              .totals(Total.WITHOUT_CACHE)
              .build(),
          Shape.named("AI SDK 6 and 7 (inputTokens, inputTokenDetails.noCacheTokens)")
              .with(BESIDE)
              .count(INPUT, "input_tokens", "input_tokens.total")
              .count(OUTPUT, "output_tokens", "output_tokens.total")
              .count(TOTAL, "total_tokens")
              .count(UNCACHED_INPUT, "input_token_details.no_cache_tokens", "input_tokens.no_cache")
              .count(
                  CACHE_READ,
                  "input_token_details.cache_read_tokens",
                  "input_tokens.cache_read",
                  "cached_input_tokens")
              .count(
                  CACHE_WRITE, "input_token_details.cache_write_tokens", "input_tokens.cache_write")
              .count(TEXT_OUTPUT, "output_token_details.text_tokens", "output_tokens.text")
              .count(
                  REASONING,
                  "output_token_details.reasoning_tokens",
                  "output_tokens.reasoning",
                  "reasoning_tokens")
              .reasoning(Place.INSIDE_OR_SHOWN)
              .build(),
          Shape.named("Pydantic AI (input_tokens, cache_read_tokens)")
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(CACHE_READ, "cache_read_tokens")
              .count(CACHE_WRITE, "cache_write_tokens")
              .count(AUDIO_INPUT, "input_audio_tokens")
              .count(AUDIO_CACHED, "cache_audio_read_tokens")
              .count(AUDIO_OUTPUT, "output_audio_tokens")
              .count(PROMPTS, "requests")
              .count(REASONING, "details.reasoning_tokens")
              .count(NOT_MONEY, "tool_calls")
              .cache(Place.SHOWN)
              .totals(Total.WITHOUT_CACHE)
              .build(),
          Shape.named("Gemini (promptTokenCount, candidatesTokenCount)")
              .with(MODALITY_PARTS)
              .count(INPUT, "prompt_token_count")
              .count(OUTPUT, "candidates_token_count", "response_token_count")
              .count(TOTAL, "total_token_count")
              .count(CACHE_READ, "cached_content_token_count")
              .count(REASONING, "thoughts_token_count")
              .count(EXTRA_INPUT, "tool_use_prompt_token_count")
              .reasoning(Place.BESIDE)
              .totals(Total.STANDS_FOR_OUTPUT)
              .build(),
          Shape.named("Bedrock Llama (prompt_token_count, generation_token_count)")
              .count(INPUT, "prompt_token_count")
              .count(OUTPUT, "generation_token_count")
              .build(),
          Shape.named("Bedrock Titan (inputTextTokenCount, results)")
              .count(INPUT, "input_text_token_count")
              .count(OUTPUT, "results[0].token_count", "total_output_text_token_count")
              .totals(Total.WITHOUT_OUTPUT)
              .build(),
          Shape.named("Gemini interactions (total_input_tokens, total_output_tokens)")
              .count(INPUT, "total_input_tokens")
              .count(OUTPUT, "total_output_tokens")
              .count(TOTAL, "total_tokens")
              .count(CACHE_READ, "total_cached_tokens")
              .count(REASONING, "total_thought_tokens", "total_reasoning_tokens")
              .count(EXTRA_INPUT, "total_tool_use_tokens")
              .count(TEXT_INPUT, "input_tokens_by_modality[text].tokens")
              .count(TEXT_INPUT, "tool_use_tokens_by_modality[text].tokens")
              .count(AUDIO_INPUT, "input_tokens_by_modality[audio].tokens")
              .count(IMAGE_INPUT, "input_tokens_by_modality[image].tokens")
              .count(IMAGE_INPUT, "input_tokens_by_modality[video].tokens")
              .count(IMAGE_INPUT, "input_tokens_by_modality[document].tokens")
              .count(TEXT_CACHED, "cached_tokens_by_modality[text].tokens")
              .count(AUDIO_CACHED, "cached_tokens_by_modality[audio].tokens")
              .count(IMAGE_CACHED, "cached_tokens_by_modality[image].tokens")
              .count(TEXT_OUTPUT, "output_tokens_by_modality[text].tokens")
              .count(AUDIO_OUTPUT, "output_tokens_by_modality[audio].tokens")
              .count(IMAGE_OUTPUT, "output_tokens_by_modality[image].tokens")
              .reasoning(Place.BESIDE)
              .totals(Total.STANDS_FOR_OUTPUT)
              .build(),
          Shape.named("DashScope (input_tokens, output_tokens, prompt_tokens_details)")
              .count(INPUT, "input_tokens")
              .count(OUTPUT, "output_tokens")
              .count(TOTAL, "total_tokens")
              .count(
                  CACHE_READ,
                  "prompt_tokens_details.cached_tokens",
                  "input_tokens_details.cached_tokens",
                  "cached_tokens")
              .count(CACHE_WRITE, "prompt_tokens_details.cache_creation_input_tokens")
              .count(
                  CACHE_WRITE_5M, "prompt_tokens_details.cache_creation.ephemeral_5m_input_tokens")
              .count(
                  CACHE_WRITE_1H, "prompt_tokens_details.cache_creation.ephemeral_1h_input_tokens")
              .count(REASONING, "output_tokens_details.reasoning_tokens")
              .count(TEXT_INPUT, "input_tokens_details.text_tokens")
              .count(IMAGE_INPUT, "input_tokens_details.image_tokens", "image_tokens")
              .count(IMAGE_INPUT, "input_tokens_details.video_tokens", "video_tokens")
              .count(AUDIO_INPUT, "input_tokens_details.audio_tokens", "audio_tokens")
              .count(TEXT_OUTPUT, "output_tokens_details.text_tokens")
              .count(AUDIO_OUTPUT, "output_tokens_details.audio_tokens")
              .fee("web_search", "plugins.search.count")
              .build(),
          Shape.named("Cohere (billed_units.input_tokens, tokens.input_tokens)")
              .with(BESIDE)
              .count(INPUT, "billed_units.input_tokens")
              .count(OUTPUT, "billed_units.output_tokens")
              .count(
                  NOT_MONEY,
                  // What was read; what is billed leaves out Cohere's own words around it.
                  "tokens.input_tokens",
                  "tokens.output_tokens",
                  // Cohere gives no discount for these.
                  "cached_tokens")
              .totals(Total.WITHOUT_OUTPUT, Total.WITHOUT_INPUT)
              .build(),
          Shape.named("a total alone (total_tokens)")
              .count(TOTAL, "total_tokens")
              .count(TEXT_INPUT, "text_tokens")
              .count(IMAGE_INPUT, "image_tokens")
              .count(NOT_MONEY, "image_pixels", "video_pixels")
              .totals(Total.ONLY)
              .build(),
          Shape.named("Ollama (prompt_eval_count, eval_count)")
              .count(INPUT, "prompt_eval_count")
              .count(OUTPUT, "eval_count")
              .count(
                  NOT_MONEY,
                  "total_duration",
                  "load_duration",
                  "prompt_eval_duration",
                  "eval_duration")
              .build(),
          Shape.named("OpenTelemetry (gen_ai.usage.input_tokens, gen_ai.usage.output_tokens)")
              .with(SPAN)
              .cache(Place.INSIDE_OR_SHOWN)
              .reasoning(Place.INSIDE_OR_SHOWN)
              .build(),
          Shape.named("OpenLLMetry, Strands and others (gen_ai.usage.cache_read_input_tokens)")
              .with(SPAN)
              .with(SPAN_OLD_CACHE)
              .markedBy(SPAN_OLD_CACHE.keySet().toArray(String[]::new))
              .cache(Place.SHOWN_FOR_CLAUDE)
              .reasoning(Place.INSIDE_OR_SHOWN)
              .build(),
          Shape.named("OpenInference (llm.token_count.prompt, llm.token_count.completion)")
              .count(INPUT, "llm.token_count.prompt")
              .count(OUTPUT, "llm.token_count.completion")
              .count(TOTAL, "llm.token_count.total")
              .count(
                  CACHE_READ,
                  "llm.token_count.prompt_details.cache_read",
                  "llm.token_count.prompt_details.cache_input")
              .count(CACHE_WRITE, "llm.token_count.prompt_details.cache_write")
              .count(AUDIO_INPUT, "llm.token_count.prompt_details.audio")
              .count(AUDIO_OUTPUT, "llm.token_count.completion_details.audio")
              .count(REASONING, "llm.token_count.completion_details.reasoning")
              .count(NOT_MONEY, "llm.cost.prompt", "llm.cost.completion", "llm.cost.total")
              .cache(Place.INSIDE_OR_SHOWN)
              .reasoning(Place.INSIDE_OR_SHOWN)
              .build());

  /** All texts that are known. */
  static final Set<String> TEXTS =
      Stream.of(TIER, SPEED, REGION, SCOPE, MODEL, List.of(SEARCH_SIZE))
          .flatMap(Collection::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** All objects that a name leads into, in any shape. */
  static final Set<String> PARENTS =
      ALL.stream()
          .flatMap(shape -> shape.objects().stream())
          .collect(Collectors.toUnmodifiableSet());
}
