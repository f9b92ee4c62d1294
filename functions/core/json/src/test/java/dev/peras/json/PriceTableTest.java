package dev.peras.json;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PriceMatch;
import dev.peras.engine.pricing.PricedModel;
import dev.peras.engine.pricing.Rates;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTableTest {
  private static final Instant NOW = Instant.parse("2026-11-12T12:00:00Z");
  private static final PriceList SHIPPED = PriceTable.shipped();

  private static final String ROW =
      "{'provider':'p','model':'m','aliases':['m1'],'patterns':['m-{date}'],'input':'2.5',"
          + "'output':'10','cache_read':'0.25','batch':{'input':'1.25','output':'5'},"
          + "'tiers':[{'above_input_tokens':200000,'input':'5','output':'15'}],"
          + "'origin':0}";

  private static final String OFF_PEAK =
      "'off_peak':{'peak_hours_utc':['01:00-03:00'],'peak_days':['thu'],"
          + "'input':'1','output':'4','batch':{'input':'0.5','output':'2'},"
          + "'tiers':[{'above_input_tokens':200000,'input':'2','output':'6'}]},";

  @Test
  void reads_a_model_and_its_names() {
    PriceList prices = PriceTable.read(table(ROW));

    for (String name : new String[] {"m", "m1", "m-20260101", "p/m"}) {
      PriceMatch match = requireNonNull(prices.find(name, NOW));
      assertThat(match.model().name()).isEqualTo("m");
      assertThat(match.price().source()).isEqualTo("s");
      assertThat(match.price().date()).isEqualTo("2026-11-01");
    }
    var price = requireNonNull(prices.priceOf("m", NOW));
    assertThat(price.rates().cacheRead()).isEqualTo(Usd.of("0.25"));
    assertThat(price.rates().cacheWrite()).isEqualTo(Usd.of("2.5"));
    assertThat(price.ratesFor(200_001, false).output()).isEqualTo(Usd.of("15"));
    assertThat(price.ratesFor(200_001, true).output()).isEqualTo(Usd.of("5"));
  }

  @Test
  void reads_services_media_regions_and_fees() {
    PriceList prices =
        PriceTable.read(
            table(
                ROW.replace(
                    "'origin'",
                    "'audio_input':'7','priority':{'times':'2'},'flex':{'input':'1','output':'3'},"
                        + "'regions':{'us':'1.1'},'fees':{'citation_token':'0.000002'},'origin'")));

    var price = requireNonNull(prices.priceOf("m", NOW));
    var priority = requireNonNull(price.served("priority"));
    assertThat(priority.ratesFor(1).output()).isEqualTo(Usd.of("20"));
    assertThat(priority.ratesFor(200_001).input()).isEqualTo(Usd.of("10"));
    assertThat(priority.ratesFor(1).media().audioInput()).isEqualTo(Usd.of("14"));
    assertThat(requireNonNull(price.served("flex")).rates().output()).isEqualTo(Usd.of("3"));
    assertThat(price.served("fast")).isNull();
    assertThat(price.surcharges().regions().get("us")).isEqualByComparingTo("1.1");
    assertThat(price.surcharges().fee("web_search")).as("its provider's").isEqualTo(Usd.of("0.01"));
    assertThat(price.surcharges().fee("citation_token")).isEqualTo(Usd.of("0.000002"));
    assertThat(price.surcharges().fee("container")).isNull();
  }

  @Test
  void reads_an_entry_for_each_period() {
    String later = ROW.replace("'aliases':['m1'],'patterns':['m-{date}'],", "");
    PriceList prices =
        PriceTable.read(
            table(
                ROW.replace("'input':'2.5',", "'input':'5','effective_to':'2026-03-13',")
                    + ","
                    + later.replace(
                        "'input':'2.5',", "'input':'2.5','effective_from':'2026-03-13',")));

    Instant change = Instant.parse("2026-03-13T00:00:00Z");
    assertThat(requireNonNull(prices.priceOf("m1", change.minusNanos(1))).rates().input())
        .isEqualTo(Usd.of("5"));
    assertThat(requireNonNull(prices.priceOf("m1", change)).rates().input())
        .isEqualTo(Usd.of("2.5"));
  }

  @Test
  void reads_peak_hours() {
    PriceList prices = PriceTable.read(table(ROW.replace("'origin'", OFF_PEAK + "'origin'")));

    String[] moments = {"2026-11-12T02:59:59Z", "2026-11-12T03:00:00Z", "2026-11-13T02:00:00Z"};
    assertThat(moments)
        .extracting(at -> requireNonNull(prices.priceOf("m", Instant.parse(at))).rates().input())
        .containsExactly(Usd.of("2.5"), Usd.of("1"), Usd.of("1"));
    var offPeak = requireNonNull(prices.priceOf("m", NOW));
    assertThat(offPeak.rates().cacheRead()).as("as without peak hours").isEqualTo(Usd.of("1"));
    assertThat(offPeak.ratesFor(200_001, false).output()).isEqualTo(Usd.of("6"));
    assertThat(offPeak.ratesFor(1, true).output()).isEqualTo(Usd.of("2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'01:00-03:00';'03:00-01:00';off_peak.peak_hours_utc[0] must be hours such as 01:00-04:00",
        "'01:00-03:00';'01:00:30-03:00';off_peak.peak_hours_utc[0] must be hours such as",
        "'output':'4','batch':{'input':'0.5','output':'2'},;'output':'4',;off_peak.tiers and batch",
        "'01:00-03:00';'01:00';off_peak.peak_hours_utc[0] must be hours such as",
        "'thu';'Thursday';off_peak.peak_days[0] must be a day such as mon",
        "'input':'1';'input':1;off_peak.input must be a string",
        "'peak_days':['thu'],;;off_peak.peak_days must list a day such as mon",
        "'thu';;off_peak.peak_days must list a day such as mon",
        "'peak_hours_utc':['01:00-03:00'],;;off_peak.peak_hours_utc must list hours such as",
      })
  void refuses_slips_in_peak_hours(String right, @Nullable String slip, String why) {
    String offPeak = OFF_PEAK.replace(right, slip == null ? "" : slip);

    assertThatThrownBy(() -> PriceTable.read(table(ROW.replace("'origin'", offPeak + "'origin'"))))
        .hasMessageContaining("prices[0]." + why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'input':2.5,", "'input':'-1',", "'input':'1e',", "'input':'',", "'input':'NaN',"})
  void refuses_rates_that_are_no_decimal_strings(String input) {
    assertThatThrownBy(() -> PriceTable.read(table(ROW.replace("'input':'2.5',", input))))
        .hasMessageContaining("prices[0].input must be a string: a number from 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'origin';'origins';prices[0].origin is missing",
        "'origin':0;'origin':1;prices[0].origin is not in the table",
        "m-{date};m-{day};prices[0].patterns[0] must be a pattern such as",
        "'model':'m';'model':'m m';prices[0].model must be",
        "'origin';'effective_to':'2026-01-01','origin';m has no price after",
        "'origin';'effective_from':'2026-01-01','origin';m has a price from",
      })
  void refuses_slips(String right, String slip, String why) {
    assertThatThrownBy(() -> PriceTable.read(table(ROW.replace(right, slip))))
        .hasMessageContaining(why);
  }

  @Test
  void refuses_a_name_that_comes_twice() {
    assertThatThrownBy(() ->
            PriceTable.read(table(ROW + "," + ROW.replace("'provider':'p'", "'provider':'q'"))))
        .hasMessageContaining("prices[1].model names m a second time");
    assertThatThrownBy(() -> PriceTable.read(table(ROW + "," + ROW)))
        .hasMessageContaining("prices[1].model has names in an entry that is not its first");
    assertThatThrownBy(
            () -> PriceTable.read(table(ROW + "," + ROW.replace("'model':'m'", "'model':'n'"))))
        .hasMessageContaining("m1 names both m of p and n of p");
  }

  @Test
  void ships_many_models_of_many_providers() {
    Set<String> providers = new HashSet<>();
    SHIPPED.models().forEach(model -> providers.add(model.provider()));

    assertThat(SHIPPED.models()).hasSizeGreaterThanOrEqualTo(300);
    assertThat(providers).hasSizeGreaterThanOrEqualTo(8);
  }

  @Test
  void L09_ships_no_free_model() {
    for (PricedModel model : SHIPPED.models()) {
      for (ListPrice price : model.prices()) {
        assertThat(price.price().rates().input()).as(model.name()).isGreaterThan(Usd.ZERO);
      }
    }
  }

  @Test
  void ships_no_cache_read_that_is_dearer_than_input() {
    for (PricedModel model : SHIPPED.models()) {
      for (ListPrice price : model.prices()) {
        Rates rates = price.price().rates();
        assertThat(rates.cacheRead()).as(model.name()).isLessThanOrEqualTo(rates.input());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o-2024-08-06, openai, gpt-4o, SNAPSHOT EXACT",
    "gpt-4o-2031-01-01, openai, gpt-4o, SNAPSHOT EXACT",
    "gpt-5-mini-2025-08-07, openai, gpt-5-mini, SNAPSHOT EXACT",
    "openai/gpt-5, openai, gpt-5, PREFIX EXACT",
    "azure/gpt-4.1, azure, azure/gpt-4.1, EXACT",
    "azure/gpt-5.6-luna, azure, azure/gpt-5.6-luna, EXACT",
    "claude-opus-4-8[1m], anthropic, claude-opus-4-8, VARIANT EXACT",
    "gemini/gemini-pro-latest, google, gemini-pro-latest, PREFIX EXACT",
    "ft:gpt-4.1-2025-04-14:acme::a1b2, openai, ft:gpt-4.1-2025-04-14, PATTERN",
    "bedrock/us-west-2/amazon.nova-micro-v1:0, amazon, amazon.nova-micro-v1:0, REGION EXACT",
    "claude-opus-4-1@20250805, anthropic, claude-opus-4-1, SNAPSHOT EXACT",
    "claude-sonnet-4.5, anthropic, claude-sonnet-4-5, ALIAS",
    "anthropic/claude-haiku-4-5, anthropic, claude-haiku-4-5, PREFIX EXACT",
    "models/gemini-2.5-pro, google, gemini-2.5-pro, PREFIX EXACT",
    "publishers/google/models/gemini-2.5-pro, google, gemini-2.5-pro, PREFIX EXACT",
    "bedrock/us.anthropic.claude-opus-5, amazon, au.anthropic.claude-opus-5, PREFIX ALIAS",
    "jp.anthropic.claude-opus-5-v1:0, amazon, anthropic.claude-opus-5, REGION PATTERN",
    "global.anthropic.claude-opus-5-v1:0, amazon, global.anthropic.claude-opus-5, PATTERN",
    "us.meta.llama3-1-8b-instruct-v1:0, amazon, meta.llama3-1-8b-instruct-v1:0, ALIAS",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0, amazon,"
        + " anthropic.claude-3-haiku-20240307-v1:0, ARN EXACT",
    "openrouter/anthropic/claude-sonnet-4, openrouter, openrouter/anthropic/claude-sonnet-4, EXACT",
  })
  void finds_names_as_they_come(String name, String provider, String model, String by) {
    PriceMatch match = requireNonNull(SHIPPED.find(name, NOW), name);

    assertThat(match.model().provider()).isEqualTo(provider);
    assertThat(match.model().name()).isEqualTo(model);
    assertThat(match.by().stream().map(Enum::name).toList()).isEqualTo(List.of(by.split(" ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-4o-latest",
        "gpt-5-mini-latest",
        "azure/us/gpt-99",
        "gpt-4o-ultra",
        "gpt-99",
        "openai/claude-opus-5",
        "anthropic/gpt-4o",
        "gpt-oss-120b",
        "openai/gpt-oss-120b",
        "my-proxy/gpt-4o",
        "openrouter/nobody/gpt-4o",
        "deepseek/deepseek-r1:free",
        "openrouter/deepseek/deepseek-r1:free",
        "gpt-4o:free",
        "claude-opus-5-thinking",
        "kr.anthropic.claude-opus-5",
        "ca.anthropic.claude-opus-5",
        "jp.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3",
      })
  void L08_knows_no_neighbours(String name) {
    assertThat(SHIPPED.find(name, NOW)).isNull();
  }

  private static String table(String rows) {
    return ("{'schema':3,'unit':'USD per million tokens','as_of':'2026-11-01',"
            + "'origins':[{'source':'s','date':'2026-11-01'}],"
            + "'fees':[{'provider':'p','fees':{'web_search':'0.01'}}],"
            + "'prefixes':[{'prefix':'p/','providers':['p']}],'prices':["
            + rows
            + "]}")
        .replace('\'', '"');
  }
}
