package dev.peras.engine.pricing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceListTest {
  private static final Instant NOW = Instant.parse("2026-11-12T12:00:00Z");
  private static final Instant CUT = Instant.parse("2026-07-30T00:00:00Z");

  private static final PriceList LIST =
      new PriceList(
          List.of(
              model(
                  "openai", "gpt-4o", List.of("gpt-4o-2024-08-06"), List.of("ft:gpt-4o-{date}:*")),
              model("openai", "gpt-4o-mini", List.of(), List.of()),
              model("openai", "gpt-4o-2024-05-13", List.of(), List.of()),
              model("openai", "ft", List.of(), List.of("ft:gpt-4o-mini-{date}:*", "ft:gpt-*")),
              model("anthropic", "claude-5", List.of("claude-5-latest"), List.of()),
              model(
                  "amazon",
                  "anthropic.claude-5",
                  List.of("us.anthropic.claude-5"),
                  List.of("anthropic.claude-5-v{n}:{n}")),
              new PricedModel(
                  "amazon",
                  "global.anthropic.claude-5",
                  List.of(),
                  List.of(),
                  List.of(price("0.9", null, null))),
              model("amazon", "meta.llama:0", List.of(), List.of()),
              model("amazon", "anthropic.dear", List.of(), List.of()),
              new PricedModel(
                  "amazon",
                  "bedrock/eu-west-2/anthropic.dear",
                  List.of(),
                  List.of(),
                  List.of(price("2", null, null))),
              model("groq", "groq/openai/gpt-oss", List.of(), List.of()),
              model("zai", "GLM-5", List.of(), List.of())),
          Map.of(
              "openai/", Set.of("openai"),
              "anthropic/", Set.of("anthropic"),
              "azure/", Set.of("openai"),
              "bedrock/", Set.of("amazon"),
              "publishers/anthropic/models/", Set.of("anthropic"),
              "vertex_ai/", Set.of("anthropic", "google")),
          List.of("us.", "eu.", "global."));

  private static PricedModel model(
      String provider, String name, List<String> aliases, List<String> patterns) {
    return new PricedModel(
        provider,
        name,
        aliases,
        patterns.stream().map(ModelPattern::of).toList(),
        List.of(price("1", null, null)));
  }

  private static ListPrice price(String input, @Nullable Instant from, @Nullable Instant to) {
    Price price = Price.of(Rates.of(Usd.of(input), Usd.of("2")));
    return new ListPrice(price, null, from, to, "a page", "2026-11-01");
  }

  private static PricedModel priced(ListPrice... prices) {
    return new PricedModel("p", "m", List.of(), List.of(), List.of(prices));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o, EXACT",
    "gpt-4o-2024-08-06, gpt-4o, ALIAS",
    "gpt-4o-2024-05-13, gpt-4o-2024-05-13, EXACT",
    "gpt-4o-2025-01-01, gpt-4o, SNAPSHOT EXACT",
    "gpt-4o-20250101, gpt-4o, SNAPSHOT EXACT",
    "gpt-4o@001, gpt-4o, SNAPSHOT EXACT",
    "claude-5-latest, claude-5, ALIAS",
    "claude-5[1m], claude-5, VARIANT EXACT",
    "anthropic/claude-5:thinking, claude-5, PREFIX VARIANT EXACT",
    "projects/acme/locations/global/publishers/anthropic/models/claude-5, claude-5,"
        + " PREFIX PREFIX EXACT",
    "bedrock/eu-west-2/meta.llama:0, meta.llama:0, REGION EXACT",
    "us-east-1/meta.llama:0, meta.llama:0, REGION EXACT",
    "ft:gpt-4o-2024-08-06:acme::x, gpt-4o, PATTERN",
    "ft:gpt-4o-mini-2024-08-06:acme::x, ft, PATTERN",
    "ft:gpt-4.1, ft, PATTERN",
    "openai/gpt-4o-mini, gpt-4o-mini, PREFIX EXACT",
    "azure/openai/gpt-4o, gpt-4o, PREFIX PREFIX EXACT",
    "azure/gpt-4o-2024-08-06, gpt-4o, PREFIX ALIAS",
    "vertex_ai/claude-5@20260101, claude-5, PREFIX SNAPSHOT EXACT",
    "claude-5@default, claude-5, SNAPSHOT EXACT",
    "us.anthropic.claude-5, anthropic.claude-5, ALIAS",
    "us.anthropic.claude-5-v1:0, anthropic.claude-5, REGION PATTERN",
    "global.anthropic.claude-5, global.anthropic.claude-5, EXACT",
    "eu.meta.llama:0, meta.llama:0, REGION EXACT",
    "bedrock/eu.meta.llama:0, meta.llama:0, PREFIX REGION EXACT",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-5,"
        + " anthropic.claude-5, ARN ALIAS",
    "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/meta.llama:0, meta.llama:0, ARN EXACT",
    "bedrock/arn:aws:bedrock:us-east-1::foundation-model/meta.llama:0, meta.llama:0,"
        + " PREFIX ARN EXACT",
    "groq/openai/gpt-oss, groq/openai/gpt-oss, EXACT",
    "glm-5, GLM-5, EXACT",
    "GPT-4o, gpt-4o, EXACT",
  })
  void finds_a_model_and_says_how(String name, String model, String by) {
    PriceMatch match = requireNonNull(LIST.find(name, NOW), name);

    assertThat(match.model().name()).isEqualTo(model);
    assertThat(match.by().stream().map(Enum::name).toList()).isEqualTo(List.of(by.split(" ")));
    assertThat(LIST.priceOf(name, NOW)).isEqualTo(match.price().price());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "-",
        "t",
        "gpt",
        "gpt-4",
        "gpt-4o-",
        "gpt-4o-mini-high",
        "gpt-4o-audio-preview",
        "gpt-4o-audio-preview-2024-10-01",
        "gpt-4o-2024-13-01",
        "gpt-4o-preview-latest",
        "gpt-4o-latest",
        "gpt-4o@latest",
        "openai/gpt-4o-mini-latest",
        "~openai/gpt-4o",
        "gpt-4o[2m]",
        "[1m]",
        "gpt-4o:online",
        "<synthetic>",
        "bedrock/us-gov-east-1/meta.llama:0",
        "bedrock/us-east-1/anthropic.dear",
        "bedrock/nowhere/meta.llama:0",
        "projects/acme/locations/global/models/claude-5",
        "gpt-4o-mini-latest-latest",
        "gpt-4o:free",
        "openai/gpt-4o:free",
        "gpt-oss",
        "openai/gpt-oss",
        "openai/claude-5",
        "openai/unknown/gpt-4o",
        "unknown/gpt-4o",
        "x.gpt-4o",
        "anthropic/gpt-4o",
        "vertex_ai/gpt-4o",
        "bedrock/claude-5",
        "bedrock/gpt-4o",
        "us.claude-5",
        "ft:gpt-",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/gpt-4o",
        "arn:aws:s3:::bucket/gpt-4o",
        "openai/arn:aws:bedrock:us-east-1::foundation-model/meta.llama:0"
      })
  void L08_never_gives_an_unknown_name_the_price_of_a_neighbour(String name) {
    assertThat(LIST.find(name, NOW)).isNull();
    assertThat(LIST.priceOf(name, NOW)).isNull();
  }

  @Test
  void a_region_that_is_not_listed_has_no_price_where_another_costs_something_else() {
    assertThat(LIST.find("eu.anthropic.claude-5", NOW)).isNull();
    assertThat(LIST.find("eu.anthropic.claude-5-v1:0", NOW)).isNull();
    assertThat(LIST.find("global.anthropic.claude-5-v1:0", NOW)).isNull();
  }

  @Test
  void a_price_holds_from_its_first_moment_to_the_next_price() {
    PriceList list =
        new PriceList(
            List.of(priced(price("5", null, CUT), price("1", CUT, null))), Map.of(), List.of());

    assertThat(input(list, Instant.EPOCH)).isEqualTo(Usd.of("5"));
    assertThat(input(list, CUT.minusNanos(1))).isEqualTo(Usd.of("5"));
    assertThat(input(list, CUT)).isEqualTo(Usd.of("1"));
    assertThat(input(list, Instant.parse("9999-12-31T23:59:59Z"))).isEqualTo(Usd.of("1"));
  }

  private static Usd input(PriceList list, Instant at) {
    return requireNonNull(list.priceOf("m", at)).rates().input();
  }

  @Test
  void prices_leave_no_gap_in_time() {
    Instant later = CUT.plusSeconds(1);

    refused("has no price", List.of());
    refused("has no price after", List.of(price("1", null, CUT)));
    refused("one before ends at null", List.of(price("1", null, null), price("1", null, null)));
    refused("has a price from", List.of(price("1", CUT, null)));
    refused("has a price from", List.of(price("1", null, CUT), price("1", later, null)));
    refused(
        "ends before it starts",
        List.of(price("1", null, CUT), price("1", CUT, CUT), price("1", CUT, null)));
  }

  private static void refused(String why, List<ListPrice> prices) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PricedModel("p", "m", List.of(), List.of(), prices))
        .withMessageContaining(why);
  }

  @Test
  void two_models_never_share_a_name() {
    List<PricedModel> models = new ArrayList<>();
    models.add(model("openai", "gpt", List.of("g"), List.of()));
    models.add(model("groq", "groq/gpt", List.of("g"), List.of()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PriceList(models, Map.of(), List.of()))
        .withMessage("g names both gpt of openai and groq/gpt of groq");
  }
}
