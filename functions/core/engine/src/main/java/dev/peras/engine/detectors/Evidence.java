package dev.peras.engine.detectors;

import java.math.BigDecimal;

/**
 * The two numbers that a detector compared, and the bound between them.
 *
 * @param observed what this step showed
 * @param compared what it was compared with: the previous step, or the session's budget
 * @param threshold the bound: a ratio or a count, as the detector's settings have it
 */
public record Evidence(BigDecimal observed, BigDecimal compared, BigDecimal threshold) {
  public Evidence {
    // Equal numbers are equal evidence, however they were written.
    observed = observed.stripTrailingZeros();
    compared = compared.stripTrailingZeros();
    threshold = threshold.stripTrailingZeros();
  }

  static Evidence of(long observed, long compared, BigDecimal threshold) {
    return new Evidence(BigDecimal.valueOf(observed), BigDecimal.valueOf(compared), threshold);
  }
}
