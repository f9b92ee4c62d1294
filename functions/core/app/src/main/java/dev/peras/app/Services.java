package dev.peras.app;

import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.http.Gatekeeper;
import dev.peras.http.Metrics;
import dev.peras.json.PriceTable;
import dev.peras.store.AlertLog;
import dev.peras.store.Customers;
import dev.peras.store.Endpoints;
import dev.peras.store.Outbox;
import dev.peras.store.OverrideCache;
import dev.peras.store.Prices;
import dev.peras.store.Retry;
import dev.peras.store.Sessions;
import dev.peras.store.Sightings;
import dev.peras.store.Store;
import dev.peras.store.Sweep;
import dev.peras.table.DynamoDbTable;
import dev.peras.table.Table;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What every function is made with, put together in one place. Thread-safe.
 *
 * @param clock what all of Peras takes for the time
 * @param metrics where figures go
 */
public record Services(Store store, InstantSource clock, Settings settings, Metrics metrics) {

  /** How long a call retries by itself: well below the 30 seconds that API Gateway waits. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int CACHED_SESSIONS = 1000;

  /** Peras on a DynamoDB table. */
  public static Services create(
      DynamoDbClient client, Settings settings, InstantSource clock, Metrics metrics) {
    Table table = new DynamoDbTable(client, settings.table());
    return over(table, settings, clock, new OverrideCache(), metrics);
  }

  /**
   * The same for one of several in a process.
   *
   * @param overrides shared by services that must see a changed price at once
   */
  public static Services create(
      DynamoDbClient client, Settings settings, InstantSource clock, OverrideCache overrides) {
    Table table = new DynamoDbTable(client, settings.table());
    return over(table, settings, clock, overrides, Metrics.NONE);
  }

  /** Peras on any table. */
  public static Services over(
      Table table,
      Settings settings,
      InstantSource clock,
      OverrideCache overrides,
      Metrics metrics) {
    Store.Settings store =
        new Store.Settings(
            settings.defaultLimits(),
            settings.detectors(),
            new ClaimPolicy(settings.claimAhead()),
            PriceTable::shipped,
            settings.unknownModelPrice(),
            CACHED_SESSIONS,
            settings.alertOnWarnings());
    return new Services(
        Store.over(
            table,
            store,
            clock,
            Retry.inRealTime(PATIENCE, () -> metrics.count("Conflicts", 1)),
            () -> UUID.randomUUID().toString(),
            overrides),
        clock,
        settings,
        metrics);
  }

  /** Who may make which call. */
  public Gatekeeper door() {
    return new Door(this);
  }

  public Sessions sessions() {
    return store.sessions();
  }

  public Customers customers() {
    return store.customers();
  }

  public Prices prices() {
    return store.prices();
  }

  public Sweep sweep() {
    return store.sweep();
  }

  public Endpoints endpoints() {
    return store.endpoints();
  }

  public Outbox outbox() {
    return store.outbox();
  }

  public AlertLog alerts() {
    return store.alerts();
  }

  public Sightings sightings() {
    return store.sightings();
  }
}
