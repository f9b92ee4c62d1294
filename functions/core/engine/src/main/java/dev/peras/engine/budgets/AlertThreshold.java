package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * An amount, or a percentage of the cap, at which an alert fires for a customer's month.
 *
 * @param label as people write it, {@code 200} or {@code 80%}: its name in alerts
 * @param number dollars or per cent
 */
public record AlertThreshold(String label, BigDecimal number, boolean isPercentage) {
  public AlertThreshold {
    // Equal numbers are the same mark, however they were written.
    number = number.stripTrailingZeros();
  }

  public static AlertThreshold ofAmount(Usd amount) {
    return new AlertThreshold(amount.toString(), amount.value(), false);
  }

  public static AlertThreshold ofPercentage(BigDecimal percentage) {
    return new AlertThreshold(new Usd(percentage) + "%", percentage, true);
  }

  /** In dollars; null for a percentage of a cap that does not exist. */
  @Nullable Usd amount(@Nullable Usd cap) {
    if (!isPercentage) {
      return new Usd(number);
    }
    return cap == null ? null : new Usd(cap.value().multiply(number).movePointLeft(2));
  }
}
