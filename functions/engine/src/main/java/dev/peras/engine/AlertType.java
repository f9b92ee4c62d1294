package dev.peras.engine;

import org.jspecify.annotations.Nullable;

/** What an alert is about, with its name in the API. */
public enum AlertType {
  THRESHOLD_REACHED("customer.threshold_reached"),
  CAPPED("customer.capped"),
  RESOLVED("customer.resolved"),
  BUDGET_EXCEEDED("session.budget_exceeded"),
  SESSION_WARNING("session.warning"),
  WEBHOOK_TEST("webhook.test");

  private final String label;

  AlertType(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public static @Nullable AlertType find(String label) {
    for (AlertType type : values()) {
      if (type.label.equals(label)) {
        return type;
      }
    }
    return null;
  }
}
