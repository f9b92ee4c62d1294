package dev.peras.json;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PriceMatch;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Tokens;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * What calls cost by the shipped table, against examples that were reckoned apart from it. The
 * figures behind a source are its rates for input, output, cache reads and both cache writes.
 */
class WorkedExamplesTest {
  private static final PriceList PRICES = PriceTable.shipped();

  @ParameterizedTest(name = "{2}: {0}")
  @CsvFileSource(resources = "worked-examples.csv", numLinesToSkip = 1)
  void a_call_costs_what_the_provider_takes_to_the_last_digit(
      String example,
      String provider,
      String model,
      Instant occurredAt,
      long input,
      long output,
      long cacheRead,
      long cacheWrite,
      long cacheWrite1h,
      long reasoning,
      boolean batch,
      String cost,
      String source) {
    PriceMatch match = requireNonNull(PRICES.find(model, occurredAt), model);
    Tokens tokens = new Tokens(input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning);
    Rates rates = match.price().at(occurredAt).ratesFor(tokens.context(), batch);

    assertThat(match.model().provider()).isEqualTo(provider);
    assertThat(rates.costOf(tokens).toString()).as("%s, by %s", example, source).isEqualTo(cost);
  }

  @Test
  void L32_the_shipped_price_bills_cache_writes_once() {
    assertThat(cost("claude-3-7-sonnet-20250219", new Tokens(3, 550, 0, 12_304, 0, 0)))
        .isEqualTo("0.054399");
  }

  @Test
  void L33_the_shipped_price_of_cache_reads_is_not_the_input_rate() {
    assertThat(cost("claude-3-7-sonnet-20250219", new Tokens(0, 0, 1_000_000, 0, 0, 0)))
        .isEqualTo("0.3");
  }

  @Test
  void L34_the_shipped_price_has_the_long_context_tier() {
    assertThat(cost("claude-sonnet-4-5-20250929", new Tokens(200_000, 0, 0, 0, 0, 0)))
        .isEqualTo("0.6");
    assertThat(cost("claude-sonnet-4-5-20250929", new Tokens(300_000, 0, 0, 0, 0, 0)))
        .isEqualTo("1.8");
  }

  private static String cost(String model, Tokens tokens) {
    return requireNonNull(PRICES.priceOf(model, Instant.parse("2026-11-12T12:00:00Z")))
        .ratesFor(tokens.context(), false)
        .costOf(tokens)
        .toString();
  }
}
