package dev.peras.engine.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.peras.engine.Samples;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceTest {
  private static final Rates SONNET_3_7 =
      new Rates(Usd.of("3"), Usd.of("15"), Usd.of("0.30"), Usd.of("3.75"), Usd.of("6"), null);

  private static final Rates SHORT = Rates.of(Usd.of("3"), Usd.of("15"));
  private static final Rates LONG = Rates.of(Usd.of("6"), Usd.of("22.50"));
  private static final Price TIERED =
      new Price(
          SHORT,
          List.of(
              new Price.Tier(200_000, LONG),
              new Price.Tier(1_000_000, Rates.of(Usd.of("12"), Usd.of("45")))),
          null);

  private static Usd cost(Price price, Tokens tokens) {
    return price.ratesFor(tokens.context(), false).costOf(tokens);
  }

  @Test
  void L32_cache_writes_are_billed_once() {
    Usd cost = SONNET_3_7.costOf(new Tokens(3, 550, 0, 12_304, 0, 0));

    assertThat(cost).isEqualTo(Usd.of("0.054399"));
    assertThat(cost.toString()).isEqualTo("0.054399");
  }

  @Test
  void L33_cache_reads_cost_the_cache_rate() {
    Usd cost = SONNET_3_7.costOf(new Tokens(1_000, 0, 100_000, 0, 0, 0));

    assertThat(cost).isEqualTo(Usd.of("0.033"));
  }

  @ParameterizedTest
  @CsvSource({"200000, 0.6", "200001, 1.200006", "300000, 1.8", "1000000, 6", "1000001, 12.000012"})
  void L34_a_prompt_above_a_tier_costs_the_tier_as_a_whole(long input, String cost) {
    assertThat(cost(TIERED, Samples.input(input))).isEqualTo(Usd.of(cost));
  }

  @Test
  void L34_cached_and_written_tokens_count_towards_the_tier() {
    assertThat(TIERED.ratesFor(new Tokens(1, 0, 100_000, 50_000, 49_999, 0).context(), false))
        .isEqualTo(SHORT);
    assertThat(TIERED.ratesFor(new Tokens(2, 0, 100_000, 50_000, 49_999, 0).context(), false))
        .isEqualTo(LONG);
  }

  @Test
  void output_does_not_count_towards_the_tier_but_costs_its_rate() {
    Tokens tokens = new Tokens(200_001, 1_000_000, 0, 0, 0, 0);

    assertThat(TIERED.ratesFor(new Tokens(200_000, 1_000_000, 0, 0, 0, 0).context(), false))
        .isEqualTo(SHORT);
    assertThat(cost(TIERED, tokens)).isEqualTo(Usd.of("1.200006").plus(Usd.of("22.5")));
  }

  @Test
  void L36_a_fraction_of_a_cent_is_not_rounded_away() {
    Rates cheapest = new Rates(Usd.of("0.000000001"), Usd.ZERO, Usd.ZERO, Usd.ZERO, Usd.ZERO, null);

    assertThat(cheapest.costOf(Samples.input(1)).toString()).isEqualTo("0.000000000000001");
  }

  @Test
  void a_billion_tokens_are_priced_to_the_last_digit() {
    Rates rates = Rates.of(Usd.of("123.456789123"), Usd.of("0.000000007"));

    assertThat(rates.costOf(new Tokens(999_999_999, 1, 0, 0, 0, 0)).toString())
        .isEqualTo("123456.788999543210884");
  }

  @Test
  void a_cache_rate_that_nobody_stated_is_the_input_rate() {
    Tokens cached = new Tokens(0, 0, 1_000, 1_000, 1_000, 0);

    assertThat(Rates.of(Usd.of("3"), Usd.of("15")).costOf(cached)).isEqualTo(Usd.of("0.009"));
  }

  @Test
  void each_bucket_has_its_own_rate() {
    Rates rates =
        new Rates(Usd.of("1"), Usd.of("10"), Usd.of("100"), Usd.of("1000"), Usd.of("10000"), null);

    assertThat(rates.costOf(new Tokens(2, 3, 4, 5, 6, 0))).isEqualTo(Usd.of("0.065432"));
  }

  @Test
  void reasoning_is_output_and_never_billed_twice() {
    assertThat(SHORT.costOf(new Tokens(0, 1_000, 0, 0, 0, 400)))
        .isEqualTo(SHORT.costOf(new Tokens(0, 1_000, 0, 0, 0, 0)));
  }

  @Test
  void reasoning_has_a_price_of_its_own_only_where_one_is_stated() {
    Rates rates =
        new Rates(Usd.of("1"), Usd.of("10"), Usd.of("1"), Usd.of("1"), Usd.of("1"), Usd.of("20"));

    assertThat(rates.costOf(new Tokens(0, 1_000, 0, 0, 0, 400))).isEqualTo(Usd.of("0.014"));
  }

  @Test
  void a_declared_price_of_zero_is_free() {
    Rates free = Rates.of(Usd.ZERO, Usd.ZERO);

    assertThat(free.costOf(new Tokens(1_000, 1_000, 1_000, 0, 0, 0))).isEqualTo(Usd.ZERO);
  }

  @Test
  void a_batch_call_costs_the_batch_rates_and_their_tiers() {
    Rates half = Rates.of(Usd.of("1.5"), Usd.of("7.5"));
    Rates halfLong = Rates.of(Usd.of("3"), Usd.of("11.25"));
    Price batch = new Price(half, List.of(new Price.Tier(200_000, halfLong)), null);
    Price price = new Price(SHORT, TIERED.tiers(), batch);

    assertThat(price.ratesFor(200_000, true)).isEqualTo(half);
    assertThat(price.ratesFor(200_001, true)).isEqualTo(halfLong);
    assertThat(price.ratesFor(200_001, false)).isEqualTo(LONG);
  }

  @Test
  void a_batch_call_of_a_model_without_batch_rates_costs_what_any_call_costs() {
    assertThat(TIERED.ratesFor(200_001, true)).isEqualTo(LONG);
  }

  @Test
  void tiers_must_rise() {
    Price.Tier tier = new Price.Tier(200_000, LONG);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Price(SHORT, List.of(tier, tier), null));
  }
}
