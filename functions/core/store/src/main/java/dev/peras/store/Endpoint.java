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
 * @param format how alerts are put for it
 * @param sealedUrl where it listens; many a hook's URL is a secret itself
 * @param sealedSecrets the newest first; the one before it still signs for a while
 * @param events the types of alerts that it wants
 * @param customerId whose alerts it wants; null for everybody's
 * @param disabledBecause why Peras stopped sending; null where people did, or nobody
 * @param previousSecretUntil how long the secret before still signs; null where there is none
 * @param failures attempts in a row that failed
 * @param pausedUntil when to try again after a failure; null where the last attempt went well
 */
public record Endpoint(
    String id,
    String format,
    String sealedUrl,
    List<String> sealedSecrets,
    Set<AlertType> events,
    @Nullable String customerId,
    boolean enabled,
    @Nullable String disabledBecause,
    Instant createdAt,
    @Nullable Instant previousSecretUntil,
    int failures,
    @Nullable Instant pausedUntil) {

  public Endpoint {
    sealedSecrets = List.copyOf(sealedSecrets);
    events = Set.copyOf(events);
  }

  /** Whether it is to hear of an alert. */
  public boolean wants(Alert alert) {
    return enabled
        && events.contains(alert.type())
        && (customerId == null || customerId.equals(alert.customerId()));
  }

  public boolean isPausedAt(Instant now) {
    return pausedUntil != null && now.isBefore(pausedUntil);
  }
}
