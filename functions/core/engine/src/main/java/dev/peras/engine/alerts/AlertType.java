package dev.peras.engine.alerts;

import org.jspecify.annotations.Nullable;

/** What an alert is about, with its name in the API. */
public enum AlertType {
  THRESHOLD_REACHED("customer.threshold_reached"),
  CAPPED("customer.capped"),
  RESOLVED("customer.resolved"),
  BLOCKED("customer.blocked"),
  WINDOW_ENDED("customer.window_ended"),
  BUDGET_EXCEEDED("session.budget_exceeded"),
  SESSION_THRESHOLD_REACHED("session.threshold_reached"),
  SESSION_BLOCKED("session.blocked"),
  SESSION_WARNING("session.warning"),
  SESSION_RESOLVED("session.resolved"),
  WEBHOOK_TEST("webhook.test");

  private final String wireName;

  AlertType(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static @Nullable AlertType find(String wireName) {
    for (AlertType type : values()) {
      if (type.wireName.equals(wireName)) {
        return type;
      }
    }
    return null;
  }
}
