package dev.peras.engine.money;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsdTest {
  @Test
  void a_dime_and_two_dimes_are_exactly_thirty_cents() {
    assertThat(Usd.of("0.1").plus(Usd.of("0.2")).toString()).isEqualTo("0.3");
  }

  @Test
  void the_last_of_20_decimals_survives_next_to_a_great_sum() {
    Usd great = Usd.of("99999999999999999").plus(Usd.of("0.00000000000000000001"));

    assertThat(great.toString()).isEqualTo("99999999999999999.00000000000000000001");
    assertThat(great.minus(Usd.of("99999999999999999")).toString())
        .isEqualTo("0.00000000000000000001");
  }

  @Test
  void a_million_additions_lose_nothing() {
    Usd sum = Usd.ZERO;
    for (int i = 0; i < 1_000_000; i++) {
      sum = sum.plus(Usd.of("0.000000001"));
    }
    assertThat(sum).isEqualTo(Usd.of("0.001"));
  }

  @Test
  void equal_numbers_are_equal_however_they_are_written() {
    assertThat(Usd.of("0.50")).isEqualTo(Usd.of("0.5")).hasSameHashCodeAs(Usd.of("0.5"));
    assertThat(Usd.of("1e2")).isEqualTo(Usd.of("100")).hasSameHashCodeAs(Usd.of("100.00"));
    assertThat(Usd.of("0.000")).isEqualTo(Usd.ZERO).hasSameHashCodeAs(Usd.ZERO);
    assertThat(Usd.of("0.50")).isNotEqualTo(Usd.of("0.51"));
  }

  @ParameterizedTest
  @CsvSource({
    "0.50, 0.5",
    "1E+3, 1000",
    "8.26028E-4, 0.000826028",
    "0E-12, 0",
    "-0.0, 0",
    "-1.250, -1.25",
    "100, 100"
  })
  void it_is_written_plainly_without_exponent_or_trailing_zeros(String given, String written) {
    assertThat(Usd.of(given).toString()).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 0.333333", "-1, 3, -0.333334", "0.000003, 4, 0", "8, 4, 2"})
  void a_share_is_rounded_down_to_millionths(String amount, int parts, String share) {
    assertThat(Usd.of(amount).shareOf(parts)).isEqualTo(Usd.of(share));
  }

  @Test
  void amounts_compare_as_numbers() {
    assertThat(Usd.of("0.50").isAtLeast(Usd.of("0.5"))).isTrue();
    assertThat(Usd.of("0.50").isMoreThan(Usd.of("0.5"))).isFalse();
    assertThat(Usd.of("-1").max(Usd.ZERO)).isEqualTo(Usd.ZERO);
    assertThat(Usd.of("-1").min(Usd.ZERO)).isEqualTo(Usd.of("-1"));
    assertThat(Usd.of("-1").isNegative()).isTrue();
    assertThat(Usd.of("0.0").isZero()).isTrue();
    assertThat(Usd.of("-1").negated().isPositive()).isTrue();
  }
}
