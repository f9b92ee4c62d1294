package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private final Template template = Template.load();

  @Test
  void a_functions_class_follows_from_its_folder_and_name() {
    assertThat(template.functions())
        .extracting(Template.Function::className)
        .contains("dev.peras.startsession.StartSessionFunction", "dev.peras.prices.PricesFunction");
  }

  @Test
  void settings_are_the_parameters_defaults_and_the_cap_has_none() {
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
  void a_function_may_have_a_timeout_of_its_own() {
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
  void the_sweep_comes_every_15_minutes_and_the_deliverer_each_minute() {
    assertThat(template.schedules())
        .containsExactlyInAnyOrder(
            new Template.Schedule("BudgetSweepFunction", Duration.ofMinutes(15)),
            new Template.Schedule("DeliverWebhooksFunction", Duration.ofMinutes(1)));
  }

  @Test
  void new_alerts_wake_the_deliverer() {
    assertThat(template.streams())
        .singleElement()
        .satisfies(stream -> {
          assertThat(stream.function()).isEqualTo("DeliverWebhooksFunction");
          assertThat(stream.pattern().toString()).contains("INSERT", "ALERT");
        });
  }

  @Test
  void no_function_may_do_everything() {
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
