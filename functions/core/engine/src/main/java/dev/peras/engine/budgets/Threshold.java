package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;

/**
 * A threshold in one customer's month: a small state machine, {@code ok -> alerting -> ok}.
 *
 * @param label {@link #CAP}, or the label of an {@link AlertThreshold}
 * @param alerting the month's spend has reached it
 * @param crossings how often it has been reached; more than once where a limit was raised between
 */
public record Threshold(String label, Usd amount, boolean alerting, int crossings) {
  public static final String CAP = "cap";

  /** No longer among the limits: it only remembers its crossings. */
  Threshold retired() {
    return new Threshold(label, Account.NO_LIMIT, false, crossings);
  }

  public boolean isRetired() {
    return amount.equals(Account.NO_LIMIT);
  }

  public boolean isCap() {
    return label.equals(CAP);
  }

  Threshold judged(Usd spent) {
    boolean reached = spent.isAtLeast(amount);
    int count = reached && !alerting ? crossings + 1 : crossings;
    return new Threshold(label, amount, reached, count);
  }
}
