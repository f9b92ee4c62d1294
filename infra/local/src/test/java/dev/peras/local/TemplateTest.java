package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private final Template template = Template.load();

  @Test
  void aFunctionsClassFollowsFromItsFolderAndName() {
    assertThat(template.functions())
        .extracting(Template.Function::className)
        .contains("dev.peras.startsession.StartSessionFunction", "dev.peras.prices.PricesFunction");
  }

  @Test
  void settingsAreTheParametersDefaultsAndTheCapHasNone() {
    assertThat(template.functions())
        .allSatisfy(function -> {
          assertThat(function.environment())
              .containsEntry("DEFAULT_ALERT_THRESHOLDS", "200,80%")
              .containsEntry("DEFAULT_ON_CAP", "block")
              .containsEntry("DEFAULT_TIME_ZONE", "UTC")
              .containsEntry("DEFAULT_IDLE_TIMEOUT_MINUTES", "60")
              .containsEntry("DETECTORS", "{}")
              .doesNotContainKey("DEFAULT_MONTHLY_CAP");
        });
  }

  @Test
  void aFunctionMayHaveATimeoutOfItsOwn() {
    assertThat(template.functions())
        .allSatisfy(function ->
            assertThat(function.timeout())
                .isEqualTo(
                    switch (function.name()) {
                      case "BudgetSweepFunction" -> Duration.ofMinutes(5);
                      case "DeliverWebhooksFunction" -> Duration.ofMinutes(1);
                      default -> Duration.ofSeconds(15);
                    }));
  }

  @Test
  void theSweepComesEvery15MinutesAndTheDelivererEveryMinute() {
    assertThat(template.schedules())
        .containsExactly(
            new Template.Schedule("BudgetSweepFunction", Duration.ofMinutes(15)),
            new Template.Schedule("DeliverWebhooksFunction", Duration.ofMinutes(1)));
  }

  @Test
  void noFunctionMayDoEverything() {
    assertThat(template.functions())
        .allSatisfy(function ->
            assertThat(function.permissions())
                .isNotEmpty()
                .allSatisfy(permission -> {
                  assertThat(permission.action()).startsWith("dynamodb:").doesNotContain("*");
                  assertThat(permission.resource()).contains("Table.Arn");
                }));
  }
}
