package dev.peras.recordusage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.Tokens;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage objects as providers report them, over HTTP. */
class ProviderUsageTest {
  private final Services peras = TestServices.create(new MovableClock("2026-11-23T12:00:00Z"));
  private final RecordUsageFunction function = new RecordUsageFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @BeforeEach
  void start() {
    TestServices.start(peras, "s", "c", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // input, output, cache read, cache write, cache write 1 h, reasoning
        "'prompt_tokens':10,'completion_tokens':5 | 10 5 0 0 0 0",
        "'prompt_tokens':8,'total_tokens':8 | 8 0 0 0 0 0",
        "'prompt_tokens':0,'completion_tokens':0,'total_tokens':0 | 0 0 0 0 0 0",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':10},"
            + "'completion_tokens_details':{'reasoning_tokens':5} | 0 5 10 0 0 5",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':4,"
            + "'cache_write_tokens':6} | 0 5 4 6 0 0",
        "'prompt_tokens':10,'completion_tokens':5,'total_tokens':18,"
            + "'completion_tokens_details':{'reasoning_tokens':3} | 10 8 0 0 0 3",
        "'prompt_tokens':10,'completion_tokens':5,'total_tokens':15,"
            + "'completion_tokens_details':{'reasoning_tokens':3} | 10 5 0 0 0 3",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_cache_hit_tokens':4,'prompt_cache_miss_tokens':6,'prompt_tokens_details':{'cached_tokens':4}"
            + " | 6 5 4 0 0 0",
        "'prompt_tokens':10,'completion_tokens':5,'num_cached_tokens':4 | 6 5 4 0 0 0",
        "'input_tokens':10,'output_tokens':5 | 10 5 0 0 0 0",
        "'input_tokens':10,'output_tokens':5,'output_tokens_details':{'thinking_tokens':2}"
            + " | 10 5 0 0 0 2",
        "'input_tokens':10,'output_tokens':5,'total_tokens':15,'input_tokens_details':"
            + "{'cached_tokens':4,'cache_write_tokens':5},'output_tokens_details':"
            + "{'reasoning_tokens':3} | 1 5 4 5 0 3",
        "'input_tokens':10,'output_tokens':5,'cache_read_input_tokens':100,"
            + "'cache_creation_input_tokens':50 | 10 5 100 50 0 0",
        "'input_tokens':10,'output_tokens':5,'cache_read_input_tokens':100,"
            + "'cache_creation_input_tokens':50,'cache_creation':{'ephemeral_5m_input_tokens':20,"
            + "'ephemeral_1h_input_tokens':30} | 10 5 100 20 30 0",
        "'input_tokens':10,'output_tokens':5,'cache_creation':{'ephemeral_1h_input_tokens':30}"
            + " | 10 5 0 0 30 0",
        "'input_tokens':10,'output_tokens':5,'cache_creation_input_tokens':50,"
            + "'cache_creation':{'ephemeral_5m_input_tokens':null} | 10 5 0 50 0 0",
        "'input_tokens':10,'output_tokens':5,'iterations':[] | 10 5 0 0 0 0",
        "'input_tokens':10,'output_tokens':5,'iterations':[{'type':'compaction','input_tokens':100,"
            + "'output_tokens':7,'cache_read_input_tokens':3},{'type':'message','input_tokens':10,"
            + "'output_tokens':5}] | 110 12 3 0 0 0",
        "'inputTokens':10,'outputTokens':5,'totalTokens':15 | 10 5 0 0 0 0",
        "'inputTokens':10,'outputTokens':5,'totalTokens':165,'cacheReadInputTokens':100,"
            + "'cacheWriteInputTokens':50 | 10 5 100 50 0 0",
        "'inputTokens':10,'outputTokens':5,'totalTokens':15,'cacheReadInputTokens':100,"
            + "'cacheWriteInputTokens':50,'cacheDetails':[{'ttl':'1h','inputTokens':30},"
            + "{'ttl':'5m','inputTokens':20}] | 10 5 100 20 30 0",
        "'inputTokens':10,'outputTokens':5,'cacheDetails':[] | 10 5 0 0 0 0",
        "'promptTokenCount':10,'totalTokenCount':10 | 10 0 0 0 0 0",
        "'promptTokenCount':10,'candidatesTokenCount':5,'thoughtsTokenCount':7,"
            + "'cachedContentTokenCount':4,'toolUsePromptTokenCount':100,'totalTokenCount':122"
            + " | 106 12 4 0 0 7",
        "'gen_ai.usage.input_tokens':10,'gen_ai.usage.output_tokens':5,"
            + "'gen_ai.usage.cache_read.input_tokens':4,"
            + "'gen_ai.usage.cache_creation.input_tokens':3,"
            + "'gen_ai.usage.reasoning.output_tokens':2 | 3 5 4 3 0 2",
        "'gen_ai.usage.prompt_tokens':10,'gen_ai.usage.completion_tokens':5 | 10 5 0 0 0 0"
      })
  void splits_into_disjoint_buckets(String usage, String buckets) {
    TestHttp.Answer answer = post("{'event_id':'e','model':'test-model','usage':{" + usage + "}}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(text(step().tokens())).isEqualTo(buckets);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':null,"
            + "'completion_tokens_details':null,'total_tokens':null,'prompt_audio_seconds':null",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':null,"
            + "'audio_tokens':0},'completion_tokens_details':{},'cost':0.1,'queue_time':0.02",
        "'prompt_tokens':10,'completion_tokens':5,'input_tokens':null,'service_tier':'default',"
            + "'completion_tokens_details':{'reasoning_tokens':0,'audio_tokens':0,"
            + "'accepted_prediction_tokens':1,'rejected_prediction_tokens':1}",
        "'input_tokens':10,'output_tokens':5,'cache_creation_input_tokens':null,"
            + "'cache_read_input_tokens':null,'cache_creation':null,'iterations':null,"
            + "'server_tool_use':{'web_search_requests':0},'service_tier':'standard',"
            + "'inference_geo':'','speed':'standard'",
        "'inputTokens':10,'outputTokens':5,'totalTokens':15,'cacheDetails':null,'x':[{'y':-1}]",
        "'promptTokenCount':10,'candidatesTokenCount':5,'totalTokenCount':15,"
            + "'promptTokensDetails':[{'modality':'TEXT','tokenCount':10}],"
            + "'cacheTokensDetails':null,'trafficType':'ON_DEMAND'",
        "'gen_ai.usage.input_tokens':10,'gen_ai.usage.output_tokens':5,'gen_ai.system':'openai'"
      })
  void tolerates_what_it_does_not_know_and_what_is_null(String usage) {
    TestHttp.Answer answer = post("{'event_id':'e','model':'test-model','usage':{" + usage + "}}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(text(step().tokens())).isEqualTo("10 5 0 0 0 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':11}"
            + " | prompt_tokens_details.cached_tokens | must not be more than prompt_tokens",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':6,"
            + "'cache_write_tokens':5} | prompt_tokens_details.cache_write_tokens | must not be"
            + " more than prompt_tokens, together with prompt_tokens_details.cached_tokens",
        "'prompt_tokens':10,'completion_tokens':5,'completion_tokens_details':"
            + "{'reasoning_tokens':6} | completion_tokens_details.reasoning_tokens"
            + " | must not be more than completion_tokens",
        "'prompt_tokens':10,'completion_tokens':5,'total_tokens':16"
            + " | total_tokens | must be 15, the sum of prompt_tokens and completion_tokens",
        "'prompt_tokens':10,'total_tokens':12"
            + " | total_tokens | must be 10, the sum of prompt_tokens and completion_tokens",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_cache_hit_tokens':4,"
            + "'prompt_cache_miss_tokens':7 | prompt_tokens | must be 11, the sum of"
            + " prompt_cache_hit_tokens and prompt_cache_miss_tokens",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_cache_hit_tokens':4,"
            + "'prompt_tokens_details':{'cached_tokens':5} | prompt_cache_hit_tokens"
            + " | must be the same as prompt_tokens_details.cached_tokens",
        "'completion_tokens':5 | prompt_tokens"
            + " | is missing: it must be a whole number from 0 to 1000000000",
        "'prompt_tokens':10 | completion_tokens"
            + " | is missing: it must be a whole number from 0 to 1000000000",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':[]"
            + " | prompt_tokens_details | must be an object",
        "'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':'4'}"
            + " | prompt_tokens_details.cached_tokens"
            + " | must be a whole number from 0 to 1000000000",
        "'prompt_tokens':-1,'completion_tokens':5 | prompt_tokens"
            + " | must be a whole number from 0 to 1000000000",
        "'prompt_tokens':1.5,'completion_tokens':5 | prompt_tokens"
            + " | must be a whole number from 0 to 1000000000",
        "'prompt_tokens':1e10,'completion_tokens':5 | prompt_tokens"
            + " | must be a whole number from 0 to 1000000000",
        "'prompt_tokens':1,'completion_tokens':5,'total_tokens':1e999999 | total_tokens"
            + " | must be a whole number from 0 to 10000000000",
        "'input_tokens':10,'output_tokens':5,'input_tokens_details':{'cached_tokens':11}"
            + " | input_tokens_details.cached_tokens | must not be more than input_tokens",
        "'input_tokens':10,'output_tokens':5,'total_tokens':14"
            + " | total_tokens | must be 15, the sum of input_tokens and output_tokens",
        "'input_tokens':10,'output_tokens':5,'output_tokens_details':{'reasoning_tokens':6}"
            + " | output_tokens_details.reasoning_tokens | must not be more than output_tokens",
        "'output_tokens':5 | input_tokens"
            + " | is missing: it must be a whole number from 0 to 1000000000",
        "'input_tokens':10,'output_tokens':5,'cache_creation_input_tokens':50,"
            + "'cache_creation':{'ephemeral_5m_input_tokens':20,'ephemeral_1h_input_tokens':31}"
            + " | cache_creation_input_tokens | must be at least 51, the sum of"
            + " cache_creation.ephemeral_5m_input_tokens and"
            + " cache_creation.ephemeral_1h_input_tokens",
        "'input_tokens':10,'output_tokens':5,'iterations':[5] | iterations[0] | must be an object",
        "'input_tokens':10,'output_tokens':5,'iterations':[{'type':'compaction',"
            + "'input_tokens':-1,'output_tokens':5}] | iterations[0].input_tokens"
            + " | must be a whole number from 0 to 1000000000",
        "'input_tokens':10,'output_tokens':5,'iterations':[{'type':'advisor_message','model':'test-model','input_tokens':1,'output_tokens':5}]"
            + " | iterations[0] | and the rest of the list leave out what the counts at the top"
            + " hold: the prompts of one model must add up to 10 input, 5 output and 0 cached"
            + " tokens",
        "'input_tokens':10,'output_tokens':5,'iterations':[{'type':'dream','input_tokens':10,"
            + "'output_tokens':5}] | iterations[0].type | is not known here, so it is not known"
            + " whether the counts at the top hold it; known are message, fallback_message,"
            + " compaction and advisor_message",
        "'inputTokens':10,'outputTokens':5,'totalTokens':16 | totalTokens | must be 15, the sum of"
            + " inputTokens and outputTokens",
        "'inputTokens':10,'outputTokens':5,'cacheWriteInputTokens':50,"
            + "'cacheDetails':[{'ttl':'1h','inputTokens':51}] | cacheWriteInputTokens"
            + " | must be at least 51, the sum of cacheDetails[0].inputTokens",
        "'promptTokenCount':10,'candidatesTokenCount':5,'cachedContentTokenCount':11"
            + " | cachedContentTokenCount | must not be more than promptTokenCount",
        "'promptTokenCount':10,'candidatesTokenCount':5,'thoughtsTokenCount':7,"
            + "'totalTokenCount':15 | totalTokenCount | must be 22, the sum of promptTokenCount and"
            + " candidatesTokenCount and thoughtsTokenCount",
        "'promptTokenCount':10 | candidatesTokenCount"
            + " | is missing: it must be a whole number from 0 to 1000000000",
        "'gen_ai.usage.input_tokens':10,'gen_ai.usage.output_tokens':5,"
            + "'gen_ai.usage.cache_read.input_tokens':11 | gen_ai.usage.cache_read.input_tokens"
            + " | must not be more than gen_ai.usage.input_tokens",
        "'gen_ai.usage.input_tokens':10,'gen_ai.usage.output_tokens':5,"
            + "'gen_ai.usage.prompt_tokens':11 | gen_ai.usage.prompt_tokens"
            + " | must be the same as gen_ai.usage.input_tokens"
      })
  void refuses_what_contradicts_itself(String usage, String field, String message) {
    TestHttp.Answer answer = post("{'event_id':'e','model':'test-model','usage':{" + usage + "}}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_request");
    assertThat(answer.faultyFields()).containsExactly("usage." + field);
    assertThat(answer.json().path("errors").path(0).path("message").asText()).isEqualTo(message);
    assertThat(peras.sessions().get("s").steps()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "5 | must be an object: a provider's usage as it came",
        "[] | must be an object: a provider's usage as it came",
        "'x' | must be an object: a provider's usage as it came",
        "{'promptTokenCount':600000000,'candidatesTokenCount':5,"
            + "'toolUsePromptTokenCount':600000000}"
            + " | adds up to more than 1000000000 tokens of a kind",
        "{'prompt_tokens':10,'completion_tokens':5,'cache_read_input_tokens':4}"
            + " | can be read in two ways: as LiteLLM, Databricks, with cached tokens inside the"
            + " input, it has 6 input, 4 cache read, 0 cache write and 5 output tokens; as LiteLLM,"
            + " Databricks, with cached tokens beside the input, it has 10 input, 4 cache read, 0"
            + " cache write and 5 output tokens. Send what tells them apart (a total, or otel_scope"
            + " beside it), or token buckets"
      })
  void refuses_what_could_mean_several_things(String usage, String message) {
    TestHttp.Answer answer = post("{'event_id':'e','model':'test-model','usage':" + usage + "}");

    assertThat(answer.faultyFields()).containsExactly("usage");
    assertThat(answer.json().path("errors").path(0).path("message").asText()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'usageMetadata':{'promptTokenCount':5}}", "{'prompt_tokens':null}"})
  void lists_what_is_known_when_it_knows_nothing(String usage) {
    TestHttp.Answer answer = post("{'event_id':'e','model':'test-model','usage':" + usage + "}");

    assertThat(answer.faultyFields()).containsExactly("usage");
    assertThat(answer.json().path("errors").path(0).path("message").asText())
        .startsWith("is of no kind that is known here; known are OpenAI chat completions; ")
        .contains("OpenAI responses", "Anthropic", "Bedrock", "Gemini");
  }

  @Test
  void refuses_usage_together_with_buckets() {
    TestHttp.Answer answer =
        post(
            "{'events':[{'event_id':'e','model':'test-model','reasoning_tokens':0,"
                + "'usage':{'prompt_tokens':10,'completion_tokens':5}}]}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("errors").path(0).path("message").asText())
        .isEqualTo("must not come together with usage");
    assertThat(answer.faultyFields()).containsExactly("events[0].reasoning_tokens");
  }

  @Test
  void names_all_faults_of_all_events() {
    TestHttp.Answer answer =
        post(
            "{'events':[{'event_id':'e','usage':{'prompt_tokens':-1,'completion_tokens':0.5}},"
                + "{'event_id':'f','usage':{'inputTokens':'1','outputTokens':1}}]}");

    assertThat(answer.faultyFields())
        .containsExactly(
            "events[0].usage.prompt_tokens",
            "events[0].usage.completion_tokens",
            "events[1].usage.inputTokens");
  }

  @Test
  void a_cost_of_its_own_overrides_the_price_of_usage_too() {
    TestHttp.Answer answer =
        post("{'event_id':'e','cost':0.5,'usage':{'prompt_tokens':10,'completion_tokens':5}}");

    assertThat(answer.json().path("total_cost").asText()).isEqualTo("0.5");
    assertThat(text(step().tokens())).isEqualTo("10 5 0 0 0 0");
  }

  /** An event is what it counts, however that was written. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void L15_a_response_that_is_reported_as_usage_and_as_buckets_is_billed_once(boolean usageFirst) {
    String usage =
        "{'event_id':'e','model':'test-model','usage':{'prompt_tokens':10,'completion_tokens':5,"
            + "'prompt_tokens_details':{'cached_tokens':4}}}";
    String buckets =
        "{'event_id':'e','model':'test-model','input_tokens':6,'output_tokens':5,"
            + "'cache_read_tokens':4}";

    TestHttp.Answer first = post(usageFirst ? usage : buckets);
    TestHttp.Answer second = post(usageFirst ? buckets : usage);
    TestHttp.Answer third = post("{'events':[" + usage + "," + buckets + "]}");

    assertThat(second.status()).as(second.text()).isEqualTo(200);
    assertThat(second.json().path("events").path(0).path("duplicate").asBoolean()).isTrue();
    assertThat(third.json().path("total_cost")).isEqualTo(first.json().path("total_cost"));
    assertThat(third.json().path("steps").asInt()).isEqualTo(1);
  }

  @Test
  void L15_a_final_usage_object_with_more_in_it_is_the_same_event_and_other_counts_are_not() {
    post("{'event_id':'e','model':'test-model','usage':{'input_tokens':10,'output_tokens':5}}");

    TestHttp.Answer same =
        post(
            "{'event_id':'e','model':'test-model','usage':{'input_tokens':10,'output_tokens':5,"
                + "'cache_read_input_tokens':0,'service_tier':'standard'}}");
    TestHttp.Answer other =
        post("{'event_id':'e','model':'test-model','usage':{'input_tokens':10,'output_tokens':6}}");

    assertThat(same.json().path("events").path(0).path("duplicate").asBoolean()).isTrue();
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.json().path("code").asText()).isEqualTo("event_conflict");
  }

  @Test
  void L18_usage_of_zero_costs_nothing_whatever_was_held() {
    http.post(
        "/v1/sessions/s/holds",
        "{\"hold_id\":\"h\",\"model\":\"test-model\",\"input_tokens\":1000,"
            + "\"max_output_tokens\":1000}");

    TestHttp.Answer answer =
        post(
            "{'event_id':'e','model':'test-model','hold_id':'h',"
                + "'usage':{'prompt_tokens':0,'completion_tokens':0,'total_tokens':0}}");

    assertThat(answer.json().path("total_cost").asText()).isEqualTo("0");
    assertThat(answer.json().path("held").asText()).isEqualTo("0");
    assertThat(answer.json().path("steps").asInt()).isEqualTo(1);
  }

  @Test
  void L32_cache_writes_are_billed_once() {
    TestHttp.Answer answer =
        post(
            "{'event_id':'e','model':'claude-3-7-sonnet','usage':{'input_tokens':3,"
                + "'cache_creation_input_tokens':12304,'cache_read_input_tokens':0,"
                + "'output_tokens':550}}");

    assertThat(answer.json().path("total_cost").decimalValue()).isEqualByComparingTo("0.054399");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'prompt_tokens':101000,'completion_tokens':0,"
            + "'prompt_tokens_details':{'cached_tokens':100000}",
        "'input_tokens':101000,'output_tokens':0,'input_tokens_details':{'cached_tokens':100000}",
        "'input_tokens':1000,'output_tokens':0,'cache_read_input_tokens':100000",
        "'inputTokens':1000,'outputTokens':0,'cacheReadInputTokens':100000",
        "'promptTokenCount':101000,'candidatesTokenCount':0,'cachedContentTokenCount':100000",
        "'gen_ai.usage.input_tokens':101000,'gen_ai.usage.output_tokens':0,"
            + "'gen_ai.usage.cache_read.input_tokens':100000"
      })
  void L33_cache_reads_cost_the_cache_rate_whoever_counts_them_where(String usage) {
    TestHttp.Answer answer =
        post("{'event_id':'e','model':'claude-sonnet-4-5','usage':{" + usage + "}}");

    assertThat(answer.json().path("total_cost").decimalValue()).isEqualByComparingTo("0.033");
  }

  private Step step() {
    return peras.sessions().ledger("s", null).entries().getFirst();
  }

  private static String text(Tokens tokens) {
    return "%d %d %d %d %d %d"
        .formatted(
            tokens.input(),
            tokens.output(),
            tokens.cacheRead(),
            tokens.cacheWrite(),
            tokens.cacheWrite1h(),
            tokens.reasoning());
  }

  private TestHttp.Answer post(String body) {
    return http.post("/v1/sessions/s/usage", body.replace('\'', '"'));
  }
}
