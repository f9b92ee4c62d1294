package dev.peras.api;

import dev.peras.engine.Claims;
import dev.peras.store.Customers;
import dev.peras.store.DynamoDbTable;
import dev.peras.store.OverrideCache;
import dev.peras.store.Prices;
import dev.peras.store.Retry;
import dev.peras.store.Sessions;
import dev.peras.store.Store;
import dev.peras.store.Sweep;
import dev.peras.store.Table;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The services that the functions share, put together in one place. */
public record Peras(
    Sessions sessions,
    Customers customers,
    Prices prices,
    Sweep sweep,
    InstantSource clock,
    Settings settings) {

  /** How long a call tries again by itself: well below the 30 seconds that API Gateway waits. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int CACHED_SESSIONS = 1000;

  /**
   * Peras on a DynamoDB table.
   *
   * @param clock what all of Peras takes for the time
   */
  public static Peras create(DynamoDbClient client, Settings settings, InstantSource clock) {
    return create(client, settings, clock, new OverrideCache());
  }

  /**
   * The same for one of several in a process.
   *
   * @param overrides shared by those that must hear at once of a changed price
   */
  public static Peras create(
      DynamoDbClient client, Settings settings, InstantSource clock, OverrideCache overrides) {
    return over(new DynamoDbTable(client, settings.table()), settings, clock, overrides);
  }

  /** Peras on any table. */
  public static Peras over(
      Table table, Settings settings, InstantSource clock, OverrideCache overrides) {
    Store.Settings store =
        new Store.Settings(
            settings.defaultLimits(),
            settings.detectors(),
            new Claims(settings.claimAhead()),
            PriceTable.shipped(),
            settings.unknownModelPrice(),
            CACHED_SESSIONS);
    Store wired =
        Store.over(
            table,
            store,
            clock,
            Retry.inRealTime(PATIENCE),
            () -> UUID.randomUUID().toString(),
            overrides);
    return new Peras(
        wired.sessions(), wired.customers(), wired.prices(), wired.sweep(), clock, settings);
  }
}
