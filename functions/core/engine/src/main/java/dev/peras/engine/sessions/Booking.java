package dev.peras.engine.sessions;

import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * When a call was made, and where it counts.
 *
 * @param period the month it counts in
 * @param late it arrived after its session had ended, or after its own month had closed
 * @param holdId the hold that it settled, which also decides on the month
 */
public record Booking(
    Instant occurredAt,
    Instant recordedAt,
    YearMonth period,
    boolean late,
    @Nullable String holdId) {}
