package dev.peras.engine.detectors;

import java.math.BigDecimal;

/**
 * The settings of the detectors. A deployment has one set; a session may bring its own.
 *
 * @param retryLoopSteps consecutive steps with the same prompt that make a loop; 0 turns it off
 */
public record DetectorSettings(
    boolean budgetExceeded,
    int retryLoopSteps,
    Growth contextBloat,
    Growth tokenAcceleration,
    Growth toolAmplification) {

  /**
   * A rule about growth from one step to the next.
   *
   * @param ratio how many times the previous step's figure
   * @param minContextTokens steps with a smaller context are never judged: small numbers double all
   *     the time, and cost little
   */
  public record Growth(boolean enabled, BigDecimal ratio, long minContextTokens) {}

  /**
   * The floor of 10,000 tokens is measured: without one, nearly every recorded agent session shows
   * {@code context_bloat} (docs/detectors.md).
   */
  public static final DetectorSettings DEFAULTS =
      new DetectorSettings(
          true,
          3,
          new Growth(true, new BigDecimal("1.2"), 10_000),
          new Growth(true, new BigDecimal("2"), 10_000),
          new Growth(true, new BigDecimal("5"), 10_000));
}
