package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertType;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A webhook endpoint: where alerts are sent. What gives access to it is kept sealed; the table
 * never sees it in the clear.
 *
 * @param generation tells this registration from others under the same id: it changes when the
 *     endpoint is removed and registered again, and when it is given to another customer
 * @param disabledBecause why Peras stopped sending; null where people did, or nobody
 */
public record Endpoint(
    String id,
    String generation,
    Instant createdAt,
    Address address,
    Subscription subscription,
    boolean enabled,
    @Nullable String disabledBecause,
    Health health) {

  /**
   * How to reach it.
   *
   * @param format how alerts are put for it
   * @param sealedUrl where it listens; many a hook's URL is a secret itself
   * @param sealedSecrets the newest first; the one before it still signs for a while
   * @param previousSecretUntil how long the secret before still signs; null where there is none
   */
  public record Address(
      String format,
      String sealedUrl,
      List<String> sealedSecrets,
      @Nullable Instant previousSecretUntil) {
    public Address {
      sealedSecrets = List.copyOf(sealedSecrets);
    }
  }

  /**
   * What it wants to be told.
   *
   * @param events the types of alerts
   * @param customerId whose alerts; null for everybody's
   */
  public record Subscription(Set<AlertType> events, @Nullable String customerId) {
    public Subscription {
      events = Set.copyOf(events);
    }

    boolean covers(Alert alert) {
      return events.contains(alert.type())
          && (customerId == null || customerId.equals(alert.customerId()));
    }
  }

  /**
   * Whether it answers.
   *
   * @param failures attempts in a row that failed, whatever was sent; 0 since it last took
   *     something
   * @param pausedUntil when to try again after a failure; null where nothing is to be waited for
   * @param recoveredAt when it last took something after failures; null where it never failed
   */
  public record Health(int failures, @Nullable Instant pausedUntil, @Nullable Instant recoveredAt) {
    /** Of an endpoint that nothing was sent to yet. */
    public static final Health GOOD = new Health(0, null, null);
  }

  /** One that was just registered; the store gives it its generation. */
  public static Endpoint registered(
      String id, Instant now, Address address, Subscription subscription, boolean enabled) {
    return new Endpoint(id, "", now, address, subscription, enabled, null, Health.GOOD);
  }

  /** Whether it is to hear of an alert. */
  public boolean wants(Alert alert) {
    return enabled && subscription.covers(alert) && canTell(alert);
  }

  /** Whether its format keeps incidents open until it is told that they are over. */
  boolean keepsIncidents() {
    return address.format().equals("pagerduty");
  }

  /** A part of an incident that is over is no news for a pager: it must not page anybody. */
  private boolean canTell(Alert alert) {
    return !keepsIncidents() || !alert.isGoodNews() || alert.endsIncident();
  }

  /**
   * Whether it is to hear that something is over, whatever types of alerts it asks for, since it
   * was told of it. The end of a month is only for what keeps incidents open.
   *
   * @param told what it was told of and nobody has resolved
   */
  boolean isOwed(Alert alert, Set<String> told) {
    if (!enabled || !alert.isGoodNews() || told.isEmpty() || !canTell(alert)) {
      return false;
    }
    if (alert.type() == AlertType.WINDOW_ENDED && !keepsIncidents()) {
      return false;
    }
    return alert.endsIncident() || alert.thresholds().stream().anyMatch(told::contains);
  }

  public boolean isPausedAt(Instant now) {
    Instant until = health.pausedUntil();
    return until != null && now.isBefore(until);
  }

  Endpoint of(String itsGeneration) {
    return new Endpoint(
        id, itsGeneration, createdAt, address, subscription, enabled, disabledBecause, health);
  }

  /** The same with another address, such as one with a new secret. */
  public Endpoint at(Address another) {
    return new Endpoint(
        id, generation, createdAt, another, subscription, enabled, disabledBecause, health);
  }
}
