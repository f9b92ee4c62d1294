package dev.peras.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @Test
  void has_defaults() {
    Settings settings = Settings.fromEnvironment(Map.of("DEFAULT_MONTHLY_CAP", " "));

    assertThat(settings.table()).isEqualTo("peras");
    assertThat(settings.claimAhead()).isTrue();
    assertThat(settings.unknownModelPrice()).isNull();
    assertThat(settings.detectors()).isEqualTo(DetectorSettings.DEFAULTS);
    assertThat(settings.defaultLimits().monthlyCap()).isNull();
    assertThat(settings.defaultLimits().alertThresholds())
        .extracting(AlertThreshold::label)
        .containsExactly("200", "80%");
    assertThat(settings.defaultLimits().blocks()).isTrue();
    assertThat(settings.defaultLimits().timeZone().getId()).isEqualTo("UTC");
    assertThat(settings.defaultLimits().idleTimeoutMinutes()).isEqualTo(60);
    assertThat(settings.defaultLimits().version()).isZero();
  }

  @Test
  void reads_everything() {
    Settings settings =
        Settings.fromEnvironment(
            Map.of(
                "PERAS_TABLE", "mine",
                "DEFAULT_MONTHLY_CAP", "100.50",
                "DEFAULT_ALERT_THRESHOLDS", " 50 , 90.5% ",
                "DEFAULT_ON_CAP", "alert",
                "DEFAULT_TIME_ZONE", "Europe/Athens",
                "DEFAULT_IDLE_TIMEOUT_MINUTES", "5",
                "DETECTORS", "{\"retry_loop\":{\"steps\":4},\"context_bloat\":false}",
                "CLAIM_AHEAD", "false",
                "UNKNOWN_MODEL_PRICE", "{\"input\":15,\"output\":75}"));

    assertThat(settings.table()).isEqualTo("mine");
    assertThat(settings.claimAhead()).isFalse();
    assertThat(settings.unknownModelPrice())
        .isEqualTo(Price.of(Rates.of(Usd.of("15"), Usd.of("75"))));
    assertThat(settings.detectors().retryLoop().steps()).isEqualTo(4);
    assertThat(settings.detectors().contextBloat().enabled()).isFalse();
    assertThat(settings.detectors().tokenAcceleration())
        .isEqualTo(DetectorSettings.DEFAULTS.tokenAcceleration());
    assertThat(settings.defaultLimits().monthlyCap()).isEqualTo(Usd.of("100.5"));
    assertThat(settings.defaultLimits().alertThresholds())
        .extracting(AlertThreshold::label)
        .containsExactly("50", "90.5%");
    assertThat(settings.defaultLimits().blocks()).isFalse();
    assertThat(settings.defaultLimits().timeZone().getId()).isEqualTo("Europe/Athens");
    assertThat(settings.defaultLimits().idleTimeoutMinutes()).isEqualTo(5);
  }

  @Test
  void none_is_none() {
    Settings settings =
        Settings.fromEnvironment(
            Map.of("DEFAULT_MONTHLY_CAP", "none", "DEFAULT_ALERT_THRESHOLDS", "none"));

    assertThat(settings.defaultLimits().monthlyCap()).isNull();
    assertThat(settings.defaultLimits().alertThresholds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT_MONTHLY_CAP, -1",
    "DEFAULT_MONTHLY_CAP, lots",
    "DEFAULT_MONTHLY_CAP, $100",
    "DEFAULT_ALERT_THRESHOLDS, '200,'",
    "DEFAULT_ALERT_THRESHOLDS, '200;80%'",
    "DEFAULT_ALERT_THRESHOLDS, '80%,80.0%'",
    "DEFAULT_ALERT_THRESHOLDS, 0",
    "DEFAULT_ON_CAP, stop",
    "DEFAULT_TIME_ZONE, Athens",
    "DEFAULT_IDLE_TIMEOUT_MINUTES, 0",
    "DEFAULT_IDLE_TIMEOUT_MINUTES, 43201",
    "DEFAULT_IDLE_TIMEOUT_MINUTES, soon",
    "DETECTORS, '{'",
    "DETECTORS, '[]'",
    "DETECTORS, '{\"retry\":false}'",
    "DETECTORS, '{\"retry_loop\":{\"steps\":1}}'",
    "CLAIM_AHEAD, yes",
    "UNKNOWN_MODEL_PRICE, 15",
    "UNKNOWN_MODEL_PRICE, '{\"input\":15}'"
  })
  void names_the_variable_that_is_wrong(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.fromEnvironment(Map.of(name, value)))
        .withMessageStartingWith(name + " must ");
  }
}
