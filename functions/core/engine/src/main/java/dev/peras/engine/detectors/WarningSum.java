package dev.peras.engine.detectors;

/**
 * All warnings of one type in a session.
 *
 * @param last the evidence of the latest one
 */
public record WarningSum(long count, long firstStep, long lastStep, Evidence last) {
  public static WarningSum first(Warning warning) {
    return new WarningSum(1, warning.step(), warning.step(), warning.evidence());
  }

  public WarningSum plus(Warning warning) {
    return new WarningSum(count + 1, firstStep, warning.step(), warning.evidence());
  }
}
