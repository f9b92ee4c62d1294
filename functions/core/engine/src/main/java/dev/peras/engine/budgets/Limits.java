package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a customer: what it may spend in a month, and how its months are kept.
 *
 * @param monthlyCap null for no cap; 0 blocks from the start
 * @param blocks whether reaching the cap stops agents, or only alerts
 * @param planPrice what the customer pays a month, for reports of the margin
 * @param timeZone whose calendar months count
 * @param idleTimeoutMinutes after how long without usage a session is ended
 * @param version 0 for the deployment's defaults; grows with every change
 */
public record Limits(
    @Nullable Usd monthlyCap,
    List<AlertThreshold> alertThresholds,
    boolean blocks,
    @Nullable Usd planPrice,
    ZoneId timeZone,
    int idleTimeoutMinutes,
    long version) {
  public Limits {
    alertThresholds = List.copyOf(alertThresholds);
  }

  public Limits withVersion(long stored) {
    return new Limits(
        monthlyCap, alertThresholds, blocks, planPrice, timeZone, idleTimeoutMinutes, stored);
  }
}
