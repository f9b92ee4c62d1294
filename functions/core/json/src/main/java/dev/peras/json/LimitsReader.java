package dev.peras.json;

import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a customer's limits. */
public final class LimitsReader {
  private static final int MAX_THRESHOLDS = 10;
  private static final Rule<String> ON_CAP = Rule.choice("block", "alert");

  /** Up to 30 days, the longest life of a session. */
  private static final Rule<Long> IDLE_MINUTES = Rule.integer(1, 43_200);

  private LimitsReader() {}

  /**
   * Reads all limits.
   *
   * @param defaults for what the fields leave out
   */
  public static Limits read(Fields fields, Limits defaults) {
    return new Limits(
        money(fields, "monthly_cap", defaults.monthlyCap()),
        thresholds(fields, defaults),
        fields.find("on_cap", ON_CAP, defaults.blocks() ? "block" : "alert").equals("block"),
        money(fields, "plan_price", defaults.planPrice()),
        fields.find("time_zone", Rule.ZONE, defaults.timeZone()),
        fields
            .find("idle_timeout_minutes", IDLE_MINUTES, (long) defaults.idleTimeoutMinutes())
            .intValue(),
        defaults.version());
  }

  /** Here null is a value: no cap, no plan. */
  private static @Nullable Usd money(Fields fields, String name, @Nullable Usd fallback) {
    Usd value = fields.find(name, Rule.CAP);
    return value == null && !fields.isNull(name) ? fallback : value;
  }

  private static List<AlertThreshold> thresholds(Fields fields, Limits defaults) {
    List<AlertThreshold> thresholds =
        fields.list("alert_thresholds", Rule.THRESHOLD, MAX_THRESHOLDS);
    if (thresholds == null) {
      return defaults.alertThresholds();
    }
    Set<String> labels = new HashSet<>();
    for (AlertThreshold threshold : thresholds) {
      if (fields.isSound() && !labels.add(threshold.label())) {
        fields.fault("alert_thresholds", "must not name " + threshold.label() + " twice");
      }
    }
    return thresholds;
  }
}
