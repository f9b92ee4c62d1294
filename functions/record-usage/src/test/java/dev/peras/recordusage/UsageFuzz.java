package dev.peras.recordusage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.usage.Tokens;
import dev.peras.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes usage objects the other way round: from buckets to what a provider reports for them. Some
 * are then spoilt. The same random numbers make the same objects. Not thread-safe.
 */
final class UsageFuzz {
  private static final String MARK = "\"@@here@@\"";

  /** None of these is a count. */
  private static final List<String> NO_COUNTS =
      List.of(
          "-1",
          "0.5",
          "1e-9",
          "1e11",
          "1e400",
          "-1e99999999",
          "1e99999999",
          "\"5\"",
          "\"\"",
          "true",
          "[]",
          "{}",
          "[5]");

  /** What may stand anywhere in a body that somebody means harm with. */
  private static final List<String> ANYTHING =
      List.of(
          "null",
          "0",
          "1",
          "-0",
          "1e3",
          "5.0",
          "999999999",
          "1000000000",
          "\"x\"",
          "[]",
          "{}",
          "[null]",
          "[{}]",
          "{\"cached_tokens\":7}",
          "[{\"type\":\"compaction\",\"input_tokens\":3,\"output_tokens\":1}]",
          "[{\"ttl\":\"1h\",\"inputTokens\":9}]");

  private final RandomGenerator random;

  UsageFuzz(RandomGenerator random) {
    this.random = random;
  }

  /**
   * One usage object.
   *
   * @param tokens its buckets; null where chance decides whether it is sound
   * @param mustFail whether it breaks a rule for sure
   * @param kind what was done to it
   */
  record Sample(String usage, @Nullable Tokens tokens, boolean mustFail, String kind) {}

  Sample next() {
    Report report =
        switch (random.nextInt(7)) {
          case 0 -> chat();
          case 1 -> deepSeek();
          case 2 -> responses();
          case 3 -> anthropic();
          case 4 -> bedrock();
          case 5 -> gemini();
          default -> openTelemetry();
        };
    if (random.nextBoolean()) {
      return withUnknownCount(report);
    }
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Sample(Json.write(report.usage), report.tokens, false, "as reported");
      case 2 -> {
        report.usage.put("x" + random.nextInt(9), random.nextInt()).putNull("y");
        report.usage.putArray("z").add(-1).add("text");
        yield new Sample(Json.write(report.usage), report.tokens, false, "with more in it");
      }
      case 3 -> {
        Place wrong = pick(report.contradictions);
        wrong.object.put(wrong.field, wrong.value);
        yield new Sample(Json.write(report.usage), null, true, "a contradiction");
      }
      case 4 -> new Sample(with(report, pick(NO_COUNTS)), null, true, "no count");
      case 5 -> {
        report.usage.put(report.foreign, 1_000_000 + random.nextInt(1_000));
        yield new Sample(Json.write(report.usage), null, true, "of two kinds");
      }
      case 6 -> new Sample(with(report, pick(ANYTHING)), null, false, "anything");
      default -> {
        Place from = pick(report.places);
        pick(report.places).object.put(pick(report.places).field, from.value);
        report.usage.remove(pick(report.places).field);
        yield new Sample(Json.write(report.usage), null, false, "exchanged");
      }
    };
  }

  /** A report with a count that nobody knows: whatever it counts, it may cost something. */
  private Sample withUnknownCount(Report report) {
    String name = pick(UNKNOWN_PREFIXES) + pick(UNKNOWN_COUNTS);
    boolean isNested = random.nextInt(4) == 0;
    ObjectNode object = random.nextInt(3) == 0 ? pick(report.places).object : report.usage;
    ObjectNode at = isNested ? object.putObject(pick(UNKNOWN_PREFIXES) + "details") : object;
    switch (random.nextInt(3)) {
      case 0 -> at.put(name, 1 + random.nextInt(1_000_000));
      case 1 -> at.put(name, 0.25 + random.nextInt(100));
      default -> at.putArray(name).add(0).add(1 + random.nextInt(1_000));
    }
    return new Sample(Json.write(report.usage), null, true, "with an unknown count");
  }

  private static final List<String> UNKNOWN_PREFIXES =
      List.of("quantum_", "neural_", "deepThought", "x_", "shadow-", "Holo");

  private static final List<String> UNKNOWN_COUNTS =
      List.of(
          "tokens",
          "Tokens",
          "cached",
          "cache_hits",
          "units",
          "requests",
          "searches",
          "queries",
          "tokenCount",
          "input_tokens_v2",
          "pages",
          "images",
          "audio_seconds",
          "sessions",
          "reasoning",
          "characters",
          "tool_calls");

  /** The report with other text in place of one of its counts. */
  private String with(Report report, String text) {
    Place place = pick(report.places);
    place.object.put(place.field, MARK.substring(1, MARK.length() - 1));
    return Json.write(report.usage).replace(MARK, text);
  }

  private record Place(ObjectNode object, String field, long value) {}

  /** A usage object in the making. */
  private static final class Report {
    private final ObjectNode usage = Json.object();
    private final List<Place> places = new ArrayList<>();
    private final List<Place> contradictions = new ArrayList<>();
    private final Tokens tokens;
    private final String foreign;

    /**
     * An empty report.
     *
     * @param foreign a field of another convention
     */
    Report(Tokens tokens, String foreign) {
      this.tokens = tokens;
      this.foreign = foreign;
    }

    void count(String field, long value) {
      count(usage, field, value);
    }

    void count(ObjectNode object, String field, long value) {
      object.put(field, value);
      places.add(new Place(object, field, value));
    }

    void contradicts(ObjectNode object, String field, long value) {
      contradictions.add(new Place(object, field, value));
    }
  }

  /** At times xAI's way, which counts reasoning beside the completion. */
  private Report chat() {
    Tokens tokens = tokens(false);
    long prompt = tokens.context();
    boolean isBeside = random.nextBoolean();
    Report report = new Report(tokens, "cache_read_input_tokens");
    report.count("prompt_tokens", prompt);
    report.count("completion_tokens", tokens.output() - (isBeside ? tokens.reasoning() : 0));
    if (isBeside || random.nextBoolean()) {
      report.count("total_tokens", tokens.total());
      report.contradicts(report.usage, "total_tokens", tokens.total() + tokens.output() + 1);
    }
    ObjectNode details = report.usage.putObject("prompt_tokens_details");
    report.count(details, "cached_tokens", tokens.cacheRead());
    report.count(details, "cache_write_tokens", tokens.cacheWrite());
    report.contradicts(details, "cached_tokens", prompt + 1);
    report.contradicts(details, "cache_write_tokens", prompt - tokens.cacheRead() + 1);
    ObjectNode outputs = report.usage.putObject("completion_tokens_details");
    report.count(outputs, "reasoning_tokens", tokens.reasoning());
    report.contradicts(outputs, "reasoning_tokens", 2 * tokens.output() + 1);
    outputs.put("rejected_prediction_tokens", tokens.output());
    return report;
  }

  private Report deepSeek() {
    Tokens some = tokens(false);
    Tokens tokens = new Tokens(some.input(), some.output(), some.cacheRead(), 0, 0, 0);
    Report report = new Report(tokens, "inputTokens");
    report.count("prompt_tokens", tokens.context());
    report.count("completion_tokens", tokens.output());
    report.count("total_tokens", tokens.total());
    report.count("prompt_cache_hit_tokens", tokens.cacheRead());
    report.count("prompt_cache_miss_tokens", tokens.input());
    report.contradicts(report.usage, "prompt_cache_hit_tokens", tokens.cacheRead() + 1);
    report.contradicts(report.usage, "prompt_cache_miss_tokens", tokens.input() + 1);
    report.contradicts(report.usage, "total_tokens", tokens.total() + 1);
    return report;
  }

  private Report responses() {
    Tokens tokens = tokens(false);
    Report report = new Report(tokens, "prompt_cache_hit_tokens");
    report.count("input_tokens", tokens.context());
    report.count("output_tokens", tokens.output());
    report.count("total_tokens", tokens.total());
    ObjectNode details = report.usage.putObject("input_tokens_details");
    report.count(details, "cached_tokens", tokens.cacheRead());
    report.count(details, "cache_write_tokens", tokens.cacheWrite());
    ObjectNode outputs = report.usage.putObject("output_tokens_details");
    report.count(outputs, "reasoning_tokens", tokens.reasoning());
    report.contradicts(report.usage, "total_tokens", tokens.total() - 1);
    report.contradicts(details, "cached_tokens", tokens.context() + 1);
    report.contradicts(outputs, "reasoning_tokens", tokens.output() + 1);
    return report;
  }

  private Report anthropic() {
    Tokens tokens = tokens(true);
    long written = tokens.cacheWrite() + tokens.cacheWrite1h();
    Report report = new Report(tokens, "prompt_tokens");
    report.count("input_tokens", tokens.input());
    report.count("output_tokens", tokens.output());
    report.count("cache_read_input_tokens", tokens.cacheRead());
    report.count("cache_creation_input_tokens", written);
    ObjectNode created = report.usage.putObject("cache_creation");
    report.count(created, "ephemeral_5m_input_tokens", tokens.cacheWrite());
    report.count(created, "ephemeral_1h_input_tokens", tokens.cacheWrite1h());
    ObjectNode outputs = report.usage.putObject("output_tokens_details");
    report.count(outputs, "thinking_tokens", tokens.reasoning());
    report.contradicts(created, "ephemeral_1h_input_tokens", tokens.cacheWrite1h() + 1);
    report.contradicts(outputs, "thinking_tokens", tokens.output() + 1);
    return report;
  }

  private Report bedrock() {
    Tokens some = tokens(true);
    Tokens tokens =
        new Tokens(
            some.input(),
            some.output(),
            some.cacheRead(),
            some.cacheWrite(),
            some.cacheWrite1h(),
            0);
    long written = tokens.cacheWrite() + tokens.cacheWrite1h();
    Report report = new Report(tokens, "promptTokenCount");
    report.count("inputTokens", tokens.input());
    report.count("outputTokens", tokens.output());
    report.count(
        "totalTokens", random.nextBoolean() ? tokens.total() : tokens.input() + tokens.output());
    report.count("cacheReadInputTokens", tokens.cacheRead());
    report.count("cacheWriteInputTokens", written);
    if (written > 0) {
      var details = report.usage.putArray("cacheDetails");
      report.count(details.addObject().put("ttl", "1h"), "inputTokens", tokens.cacheWrite1h());
      report.count(details.addObject().put("ttl", "5m"), "inputTokens", tokens.cacheWrite());
      report.contradicts(report.usage, "cacheWriteInputTokens", written - 1);
    }
    report.contradicts(report.usage, "totalTokens", tokens.total() + 1);
    return report;
  }

  private Report gemini() {
    Tokens some = tokens(false);
    Tokens tokens =
        new Tokens(some.input(), some.output(), some.cacheRead(), 0, 0, some.reasoning());
    long toolUse = part(tokens.input());
    Report report = new Report(tokens, "gen_ai.usage.input_tokens");
    report.count("promptTokenCount", tokens.context() - toolUse);
    report.count("cachedContentTokenCount", tokens.cacheRead());
    report.count("candidatesTokenCount", tokens.output() - tokens.reasoning());
    report.count("thoughtsTokenCount", tokens.reasoning());
    report.count("toolUsePromptTokenCount", toolUse);
    report.count("totalTokenCount", tokens.total());
    report.contradicts(report.usage, "totalTokenCount", tokens.total() + 1);
    report.contradicts(report.usage, "cachedContentTokenCount", tokens.context() - toolUse + 1);
    report.contradicts(report.usage, "thoughtsTokenCount", tokens.reasoning() + 1);
    return report;
  }

  private Report openTelemetry() {
    Tokens tokens = tokens(false);
    Report report = new Report(tokens, "output_tokens");
    report.count("gen_ai.usage.input_tokens", tokens.context());
    report.count("gen_ai.usage.output_tokens", tokens.output());
    report.count("gen_ai.usage.cache_read.input_tokens", tokens.cacheRead());
    report.count("gen_ai.usage.cache_creation.input_tokens", tokens.cacheWrite());
    report.count("gen_ai.usage.reasoning.output_tokens", tokens.reasoning());
    ObjectNode usage = report.usage;
    report.contradicts(usage, "gen_ai.usage.cache_read.input_tokens", tokens.context() + 1);
    report.contradicts(usage, "gen_ai.usage.reasoning.output_tokens", tokens.output() + 1);
    return report;
  }

  private Tokens tokens(boolean hasHour) {
    long output = count();
    return new Tokens(count(), output, count(), count(), hasHour ? count() : 0, part(output));
  }

  private long count() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(100);
      default -> random.nextInt(200_000);
    };
  }

  private long part(long whole) {
    return random.nextInt(4) == 0 ? whole : random.nextLong(whole + 1);
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
