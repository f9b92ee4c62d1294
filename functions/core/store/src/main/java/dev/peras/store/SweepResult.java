package dev.peras.store;

import java.time.Duration;

/**
 * What one sweep did.
 *
 * @param scanned entries of the index that it looked at
 * @param atRisk months whose room was used up
 * @param capped of these, the ones at their cap
 * @param sessionsClosed idle sessions that were ended
 * @param healed months that were marked as at risk and no longer were
 * @param failed entries that could not be processed; the next sweep finds them again
 * @param finished false where time ran out; the next sweep goes on
 */
public record SweepResult(
    int scanned,
    int atRisk,
    int capped,
    int sessionsClosed,
    int healed,
    int failed,
    Duration duration,
    boolean finished) {}
