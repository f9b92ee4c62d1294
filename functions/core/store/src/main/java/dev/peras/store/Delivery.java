package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One alert on its way to one webhook endpoint.
 *
 * @param attempts how many have been begun
 * @param ownFailures how many of them failed for reasons of this message: it was refused, or failed
 *     while the endpoint took others
 */
public record Delivery(
    String alertId,
    String endpointId,
    Addressee addressee,
    State state,
    int attempts,
    int ownFailures,
    Schedule schedule,
    Past past) {

  public enum State {
    /** Still to be sent. */
    PENDING,
    /** The receiver has answered with 2xx. */
    SENT,
    /** Given up; it can be sent again by hand. */
    DEAD
  }

  /**
   * The endpoint as it was when this was made.
   *
   * @param generation the registration that it is for
   * @param isOwed it goes there whatever types of alerts the endpoint asks for: it ends something
   *     that the endpoint was told of, or was made for it
   */
  public record Addressee(String generation, boolean isOwed) {}

  /**
   * What is to come.
   *
   * @param dueAt when the next attempt is to be made, or, while one is under way, when it counts as
   *     broken off; in whole seconds since 1970; 0 where none is to come
   * @param waiting what the next attempt waits for; null where it is due, under way, or none comes
   * @param reason why it waits or died, for people; null where it does neither
   */
  public record Schedule(long dueAt, @Nullable Waiting waiting, @Nullable String reason) {}

  /** What a delivery waits for. */
  public enum Waiting {
    /** The endpoint is down: the moment it takes anything, it gets this, too. */
    ENDPOINT,
    /** A pause of its own, since it was refused. */
    ITSELF
  }

  /**
   * What has been.
   *
   * @param lastAttemptAt null where none was made
   * @param lastStatus the HTTP status of the last attempt; null where no answer came
   * @param lastError what was wrong with it; null where nothing was
   * @param sentAt null where it has not been sent
   */
  public record Past(
      Instant createdAt,
      @Nullable Instant lastAttemptAt,
      @Nullable Integer lastStatus,
      @Nullable String lastError,
      @Nullable Instant sentAt) {}

  public Instant createdAt() {
    return past.createdAt();
  }

  public long dueAt() {
    return schedule.dueAt();
  }

  public @Nullable Integer lastStatus() {
    return past.lastStatus();
  }

  public @Nullable String lastError() {
    return past.lastError();
  }

  /**
   * Why it must not be sent, though it is due; null where it may.
   *
   * @param endpoint as it is registered now; null where there is none of its id
   */
  public @Nullable String objection(@Nullable Endpoint endpoint, Alert alert) {
    if (endpoint == null) {
      return "the endpoint was removed";
    }
    if (!endpoint.generation().equals(addressee.generation())) {
      return "the endpoint was removed, or given to another customer, and registered again";
    }
    if (alert.type() == AlertType.WEBHOOK_TEST) {
      return null;
    }
    if (!endpoint.enabled()) {
      return "the endpoint is disabled";
    }
    return addressee.isOwed() || endpoint.wants(alert)
        ? null
        : "the endpoint asks for other types of alerts now";
  }

  /** Whether it waits for its endpoint, so that it can be sent as soon as that takes anything. */
  public boolean waitsForEndpoint() {
    return state == State.PENDING && schedule.waiting() == Waiting.ENDPOINT;
  }

  /** The same while an attempt is under way. */
  Delivery leased(Instant now, Instant until) {
    return new Delivery(
        alertId,
        endpointId,
        addressee,
        state,
        attempts + 1,
        ownFailures,
        new Schedule(until.getEpochSecond(), null, null),
        new Past(past.createdAt(), now, past.lastStatus(), past.lastError(), past.sentAt()));
  }
}
