package dev.peras.engine.alerts;

import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something worth an alert, once. Immutable.
 *
 * @param id derived from the cause, so that one cause never makes two alerts
 * @param at when it happened
 * @param period the customer's month that it happened in
 * @param state where the customer's month stands since
 * @param thresholds the labels of those that were crossed, or that have recovered; {@code budget}
 *     for a session's
 * @param spent of the customer in that month; of the session where the alert is about one
 * @param cap of the customer; the budget where the alert is about a session; null for none
 * @param sessionId null where the alert is about the customer
 * @param message what a detector noticed; null for the other types
 */
public record Alert(
    String id,
    AlertType type,
    Instant at,
    String customerId,
    YearMonth period,
    Standing.State state,
    List<String> thresholds,
    Usd spent,
    @Nullable Usd cap,
    @Nullable String sessionId,
    @Nullable String message) {

  /** Stands for a session's budget among thresholds. */
  public static final String BUDGET = "budget";

  public Alert {
    thresholds = List.copyOf(thresholds);
  }

  /**
   * The percentage of the cap that is spent, with one decimal; null without a cap, or with one of
   * 0.
   */
  public @Nullable BigDecimal percentage() {
    return cap == null || !cap.isPositive()
        ? null
        : spent.value().movePointRight(2).divide(cap.value(), 1, RoundingMode.HALF_UP);
  }

  /** What is left of the cap, at least 0; null without a cap. */
  public @Nullable Usd remaining() {
    return cap == null ? null : cap.minus(spent).max(Usd.ZERO);
  }
}
