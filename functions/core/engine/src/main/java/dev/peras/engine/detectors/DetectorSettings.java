package dev.peras.engine.detectors;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;

/** When each detector fires. A deployment has one set; a session may bring its own. */
public record DetectorSettings(
    boolean budgetExceeded,
    RetryLoop retryLoop,
    Growth contextBloat,
    Growth tokenAcceleration,
    Growth toolAmplification,
    Velocity velocity) {

  /**
   * The same step that comes back.
   *
   * @param steps how often it comes back
   * @param window within how many steps of one agent; at most {@value StepHistory#REMEMBERED}
   * @param stop whether the session stops then
   */
  public record RetryLoop(boolean enabled, int steps, int window, boolean stop) {}

  /**
   * Growth from one step of an agent to its next.
   *
   * @param ratio how many times the previous step's figure
   * @param minContextTokens steps with a smaller context are never judged: small numbers double all
   *     the time, and cost little
   * @param stop whether the session stops then
   */
  public record Growth(boolean enabled, BigDecimal ratio, long minContextTokens, boolean stop) {}

  /**
   * Money that is spent too fast, by all agents of a session together.
   *
   * @param usd more than so much
   * @param minutes within so many minutes
   * @param stop whether the session stops then
   */
  public record Velocity(boolean enabled, Usd usd, int minutes, boolean stop) {}

  /**
   * The floor of 10,000 tokens is measured: without one, nearly every recorded agent session shows
   * {@code context_bloat} (docs/detectors.md). How fast is too fast nobody but the deployment
   * knows.
   */
  public static final DetectorSettings DEFAULTS =
      new DetectorSettings(
          true,
          new RetryLoop(true, 3, StepHistory.REMEMBERED, false),
          new Growth(true, new BigDecimal("1.2"), 10_000, false),
          new Growth(true, new BigDecimal("2"), 10_000, false),
          new Growth(true, new BigDecimal("5"), 10_000, false),
          new Velocity(false, Usd.of("10"), 10, false));

  /** Whether a session stops when this detector fires. A budget that is used up stops it anyway. */
  public boolean stops(WarningType type) {
    return switch (type) {
      case BUDGET_EXCEEDED, CALL_WITHOUT_USAGE -> false;
      case RETRY_LOOP -> retryLoop.stop();
      case CONTEXT_BLOAT -> contextBloat.stop();
      case TOKEN_ACCELERATION -> tokenAcceleration.stop();
      case TOOL_AMPLIFICATION -> toolAmplification.stop();
      case VELOCITY -> velocity.stop();
    };
  }
}
