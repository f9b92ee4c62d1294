package dev.peras.engine.budgets;

/**
 * Where a customer's month stands against its limits.
 *
 * @param blocked the cap is reached, and reaching it stops agents
 */
public record Standing(State state, boolean blocked) {
  public static final Standing OK = new Standing(State.OK, false);

  /** From harmless to worst. */
  public enum State {
    OK,
    ALERTING,
    CAPPED
  }
}
