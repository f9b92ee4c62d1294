package dev.peras.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One alert on its way to one webhook endpoint.
 *
 * @param attempts how many have been begun
 * @param dueAt when the next is to be made, or, while one is under way, when it counts as broken
 *     off; in whole seconds; 0 where none is to come
 * @param lastStatus the HTTP status of the last attempt; null where no answer came
 * @param lastError what was wrong with it; null where nothing was
 */
public record Delivery(
    String alertId,
    String endpointId,
    State state,
    int attempts,
    Instant createdAt,
    long dueAt,
    @Nullable Instant lastAttemptAt,
    @Nullable Integer lastStatus,
    @Nullable String lastError,
    @Nullable Instant sentAt) {

  public enum State {
    /** Still to be sent. */
    PENDING,
    /** The receiver has answered with 2xx. */
    SENT,
    /** Given up; it can be sent again by hand. */
    DEAD
  }

  /** The same while an attempt is under way. */
  Delivery leased(Instant now, Instant until) {
    return new Delivery(
        alertId,
        endpointId,
        state,
        attempts + 1,
        createdAt,
        until.getEpochSecond(),
        now,
        lastStatus,
        lastError,
        sentAt);
  }
}
