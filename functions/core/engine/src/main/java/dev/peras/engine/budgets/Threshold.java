package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;

/**
 * A threshold of one account: a small state machine, {@code ok -> alerting -> ok}.
 *
 * @param label {@link #CAP}, or the label of an {@link AlertThreshold}
 * @param alerting the account's spend has reached it
 * @param crossing the number that its last crossing has in the account; 0 before the first
 */
public record Threshold(String label, Usd amount, boolean alerting, int crossing) {
  public static final String CAP = "cap";

  public boolean isCap() {
    return label.equals(CAP);
  }

  Threshold reached(int number) {
    return alerting ? this : new Threshold(label, amount, true, number);
  }

  Threshold recovered() {
    return alerting ? new Threshold(label, amount, false, crossing) : this;
  }
}
