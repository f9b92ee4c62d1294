package dev.peras.engine.budgets;

import java.time.YearMonth;

/**
 * Names an account: one window of one budget.
 *
 * @param budgetId the budget, such as {@code customer:acme:month}
 * @param window which of its windows, such as {@code 2026-11}
 */
public record AccountKey(String budgetId, String window) {
  private static final String CUSTOMER = "customer:";
  private static final String MONTH = ":month";
  private static final char SEPARATOR = '#';

  /** The account of a customer's month. */
  public static AccountKey ofMonth(String customerId, YearMonth period) {
    return new AccountKey(CUSTOMER + customerId + MONTH, period.toString());
  }

  /** The key that {@link #toString} wrote. Ids have no {@code #}. */
  public static AccountKey parse(String text) {
    int separator = text.lastIndexOf(SEPARATOR);
    return new AccountKey(text.substring(0, separator), text.substring(separator + 1));
  }

  /** Whose month this is. */
  public String customerId() {
    return budgetId.substring(CUSTOMER.length(), budgetId.length() - MONTH.length());
  }

  /** The month, for an account of one. */
  public YearMonth period() {
    return YearMonth.parse(window);
  }

  @Override
  public String toString() {
    return budgetId + SEPARATOR + window;
  }
}
