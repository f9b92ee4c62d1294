package dev.peras.recordusage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Usage that others read wrong, each with the cost that it has. */
class UsageLessonsTest {
  private final Services peras = TestServices.create(new MovableClock("2026-11-25T12:00:00Z"));
  private final RecordUsageFunction function = new RecordUsageFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));
  private int events;

  @BeforeEach
  void start() {
    TestServices.start(peras, "s", "c", null);
  }

  @Test
  void L41_a_floating_alias_is_a_model_of_its_own() {
    String usage = "{'promptTokenCount':50000,'candidatesTokenCount':2000,'totalTokenCount':52000}";
    costs("0.124", "gemini-pro-latest", usage);
    costs("1.036", "gemini/gemini-pro-latest", usage.replace("5", "25"));
    refused("unknown_model", "gpt-5-mini-latest", "{'input_tokens':1,'output_tokens':1}");
  }

  @Test
  void L42_cache_writes_of_an_agent_sdk_are_billed() {
    costs(
        "0.1884606",
        "claude-sonnet-4-5",
        "{'inputTokens':9,'outputTokens':534,'cacheReadInputTokens':38912,"
            + "'cacheCreationInputTokens':45000,'webSearchRequests':0,'costUSD':0.19,"
            + "'contextWindow':200000}");
  }

  @Test
  void L43_cache_writes_have_two_names_in_opentelemetry() {
    for (String name : new String[] {"cache_write", "cache_creation"}) {
      costs(
          "0.0293889",
          "claude-sonnet-4-5",
          "{'gen_ai.usage.input_tokens':11935,'gen_ai.usage.output_tokens':300,"
              + "'gen_ai.usage.cache_read.input_tokens':5758,'gen_ai.usage."
              + name
              + ".input_tokens':6174}");
    }
  }

  @Test
  void L44_inclusive_and_exclusive_counts_under_one_name_are_told_apart_or_refused() {
    String span =
        "{'gen_ai.usage.input_tokens':%d,'gen_ai.usage.output_tokens':300,"
            + "'gen_ai.usage.cache_read_input_tokens':45000,"
            + "'gen_ai.usage.cache_write_input_tokens':3000%s}";
    String model = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
    String total = ",'gen_ai.usage.total_tokens':%d";
    costs("0.029286", model, span.formatted(12, total.formatted(48312)));
    costs("0.029286", model, span.formatted(48012, total.formatted(48312)));
    costs("0.029286", model, span.formatted(12, ""));
    String detail = refused("invalid_request", model, span.formatted(48012, ""));
    assertThat(detail).contains("two ways", "inside the input", "beside the input", "otel_scope");
    String event = "'otel_scope':'strands.telemetry','usage':" + span.formatted(48012, "");
    assertThat(post("'model':'" + model + "'," + event).status()).isEqualTo(200);
  }

  @Test
  void L45_the_tier_belongs_to_each_of_several_prompts() {
    costs(
        "0.0018804",
        "claude-haiku-5-5",
        "{'input_tokens':4,'output_tokens':900,'cache_read_input_tokens':118000,"
            + "'cache_creation_input_tokens':2000,'iterations':[{'type':'message','input_tokens':2,"
            + "'output_tokens':100,'cache_read_input_tokens':58000,"
            + "'cache_creation_input_tokens':1500},{'type':'message','input_tokens':2,"
            + "'output_tokens':800,'cache_read_input_tokens':60000,"
            + "'cache_creation_input_tokens':500}]}");
    String requests =
        "{'requests':2,'input_tokens':120000,'output_tokens':10,'total_tokens':120010}";
    assertThat(refused("invalid_request", "claude-haiku-5-5", requests))
        .contains("several prompts");
  }

  @Test
  void L46_cached_tokens_at_the_top_level_are_cached() {
    costs(
        "0.0108042",
        "kimi-k3",
        "{'prompt_tokens':29567,'completion_tokens':60,'total_tokens':29627,'cached_tokens':29184}");
  }

  @Test
  void L47_cached_input_tokens_are_part_of_the_input() {
    costs(
        "0.02403025",
        "gpt-5-codex",
        "{'input_tokens':26549,'cached_input_tokens':22272,'output_tokens':1590}");
    refused(
        "invalid_request",
        "claude-sonnet-4-5",
        "{'inputTokens':26549,'cachedInputTokens':22272,'outputTokens':1590,'totalTokens':28139}");
  }

  @Test
  void L48_camel_case_is_not_a_provider() {
    costs(
        "0.022125",
        "claude-sonnet-4-5",
        "{'inputTokens':52000,'inputTokenDetails':{'noCacheTokens':1000,'cacheReadTokens':51000,"
            + "'cacheWriteTokens':0},'outputTokens':255,'totalTokens':52255}");
    costs(
        "0.006625",
        "gpt-5",
        "{'inputTokens':20000,'outputTokens':300,'totalTokens':20300,'reasoningTokens':100,"
            + "'cachedInputTokens':19000}");
  }

  @Test
  void L49_input_token_details_of_a_framework_are_read() {
    costs(
        "0.021759",
        "claude-sonnet-4-5",
        "{'input_tokens':51003,'output_tokens':200,'total_tokens':51203,"
            + "'input_token_details':{'cache_read':50000,'cache_creation':1000}}");
  }

  @Test
  void L50_an_iteration_of_another_model_costs_that_models_rates() {
    String top =
        "{'input_tokens':2,'output_tokens':13658,'cache_creation_input_tokens':0,"
            + "'cache_read_input_tokens':79214,'iterations':[{'type':'message',"
            + "'model':'claude-fable-5','input_tokens':2,'output_tokens':578,"
            + "'cache_creation_input_tokens':10421,'cache_read_input_tokens':72769}%s]}";
    String fallback =
        ",{'type':'fallback_message','model':'claude-opus-4-8','input_tokens':2,"
            + "'output_tokens':13658,'cache_creation_input_tokens':0,"
            + "'cache_read_input_tokens':79214}";
    costs("0.6130185", "claude-opus-4-8", top.formatted(fallback));
    refused("invalid_request", "claude-opus-4-8", top.formatted(""));
  }

  @Test
  void L51_model_names_are_taken_as_they_come() {
    costs("0.0075", "claude-opus-4-8[1m]", "{'input_tokens':1000,'output_tokens':100}");
    for (String name : new String[] {"~anthropic/claude-x-latest", "<synthetic>", "modèle-é"}) {
      refused("unknown_model", name, "{'input_tokens':1,'output_tokens':1}");
      assertThat(post("'model':'%s','cost':0.5".formatted(name)).status()).isEqualTo(200);
    }
  }

  @Test
  void L52_audio_is_not_text() {
    costs(
        "0.030506",
        "gemini-2.5-flash",
        "{'promptTokenCount':30020,'candidatesTokenCount':200,'totalTokenCount':30220,"
            + "'promptTokensDetails':[{'modality':'TEXT','tokenCount':20},"
            + "{'modality':'AUDIO','tokenCount':30000}]}");
    String detail =
        refused(
            "unpriced_modality",
            "gpt-5",
            "{'prompt_tokens':100,'completion_tokens':1,"
                + "'prompt_tokens_details':{'audio_tokens':50}}");
    assertThat(detail).contains("PUT /v1/prices/gpt-5", "audio_input");
  }

  @Test
  void L53_fine_tuned_models_have_cached_rates_of_their_own() {
    costs(
        "0.00216",
        "ft:gpt-4o-mini-2024-07-18:acme::a1b2",
        "{'prompt_tokens':10000,'completion_tokens':500,'total_tokens':10500,"
            + "'prompt_tokens_details':{'cached_tokens':9600}}");
  }

  @Test
  void L54_a_cost_of_21_decimals_is_rounded_half_even_to_20() {
    assertThat(cost(post("'cost':3.7500000000000003e-05"))).isEqualTo("0.0000375");
    assertThat(cost(post("'cost':0.000000000000000000025"))).isEqualTo("0.00000000000000000002");
    assertThat(cost(post("'cost':0.000000000000000000035"))).isEqualTo("0.00000000000000000004");
    assertThat(cost(post("'cost':1e-150"))).isEqualTo("0");
    assertThat(post("'cost':-1e-150").status()).isEqualTo(422);
  }

  @Test
  void L55_the_providers_own_bill_is_what_the_call_cost() {
    costs(
        "0.00123",
        "openrouter/auto",
        "{'prompt_tokens':1000,'completion_tokens':100,'total_tokens':1100,'cost':0.00123,"
            + "'cost_details':{'upstream_inference_cost':null}}");
    costs(
        "0.0212",
        "openrouter/auto",
        "{'prompt_tokens':1000,'completion_tokens':100,'total_tokens':1100,'cost':0.0012,"
            + "'is_byok':true,'cost_details':{'upstream_inference_cost':0.02}}");
    costs(
        "0.0037756",
        "grok-nobody-knows",
        "{'prompt_tokens':9,'completion_tokens':1,'total_tokens':10,'cost_in_usd_ticks':37756000}");
  }

  @Test
  void L56_service_tiers_cost_their_own_rates_or_are_refused() {
    String usage =
        "{'prompt_tokens':10000,'completion_tokens':1000,'total_tokens':11000,"
            + "'service_tier':'%s'}";
    costs("0.045", "gpt-5", usage.formatted("priority"));
    costs("0.01125", "gpt-5", usage.formatted("flex"));
    costs("0.0225", "gpt-5", usage.formatted("default"));
    assertThat(refused("unpriced_tier", "gpt-5", usage.formatted("scale")))
        .contains("PUT /v1/prices/gpt-5");
    refused("unpriced_tier", "kimi-k3", usage.formatted("priority"));
  }

  @Test
  void L57_fast_mode_and_region_are_priced() {
    String usage = "{'input_tokens':1000,'output_tokens':1000,'%s':'%s'}";
    costs("0.06", "claude-opus-4-8", usage.formatted("speed", "fast"));
    costs("0.033", "claude-opus-4-8", usage.formatted("inference_geo", "us"));
    costs("0.03", "claude-opus-4-8", usage.formatted("inference_geo", "global"));
    refused("unpriced_tier", "claude-haiku-4-5", usage.formatted("speed", "fast"));
    refused("unpriced_tier", "claude-opus-4-8", usage.formatted("inference_geo", "mars"));
  }

  @Test
  void L58_searches_are_charged() {
    costs(
        "0.08904065",
        "claude-sonnet-4-6",
        "{'input_tokens':105,'output_tokens':603,'cache_read_input_tokens':7123,"
            + "'cache_creation_input_tokens':7345,'server_tool_use':{'web_search_requests':5}}");
    assertThat(cost(post("'fees':[{'kind':'container','quantity':2,'amount':0.06}]")))
        .isEqualTo("0.06");
    assertThat(cost(post("'model':'claude-opus-4-8','fees':[{'kind':'web_search','quantity':3}]")))
        .isEqualTo("0.03");
    TestHttp.Answer answer =
        post("'model':'claude-opus-4-8','fees':[{'kind':'moonwalk','quantity':3}]");
    assertThat(answer.json().path("code").asText()).isEqualTo("unpriced_fee");
    assertThat(answer.text()).contains("moonwalk", "PUT /v1/prices/claude-opus-4-8");
  }

  @Test
  void L59_the_object_may_say_batch() {
    String usage = "{'input_tokens':9,'output_tokens':25,'service_tier':'batch'}";
    costs("0.000335", "claude-opus-4-6", usage);
    assertThat(cost(post("'model':'claude-opus-4-6','batch':true,'usage':" + usage)))
        .isEqualTo("0.000335");
    assertThat(post("'model':'gpt-5','batch':true,'service_tier':'priority','cost':1").status())
        .isEqualTo(422);
  }

  @Test
  void L60_billed_units_are_what_is_billed() {
    costs(
        "0.0041925",
        "command-a-03-2025",
        "{'billed_units':{'input_tokens':5,'output_tokens':418},"
            + "'tokens':{'input_tokens':71,'output_tokens':418}}");
  }

  private void costs(String cost, String model, String usage) {
    TestHttp.Answer answer = post("'model':'%s','usage':%s".formatted(model, usage));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(cost(answer)).as(usage).isEqualTo(cost);
  }

  private String refused(String code, String model, String usage) {
    TestHttp.Answer answer = post("'model':'%s','usage':%s".formatted(model, usage));

    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).as(answer.text()).isEqualTo(code);
    return answer.json().path("detail").asText();
  }

  private static String cost(TestHttp.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("events").path(0).path("cost").decimalValue().toPlainString();
  }

  private TestHttp.Answer post(String fields) {
    String event = String.format(Locale.ROOT, "{'event_id':'e%d',%s}", events++, fields);
    return http.post("/v1/sessions/s/usage", event.replace('\'', '"'));
  }
}
