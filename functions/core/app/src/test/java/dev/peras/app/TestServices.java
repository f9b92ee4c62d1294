package dev.peras.app;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Hash;
import dev.peras.http.Metrics;
import dev.peras.store.OverrideCache;
import dev.peras.store.StartRequest;
import dev.peras.table.MemoryTable;
import dev.peras.table.Table;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All of Peras on a table in memory, with one more model. */
public final class TestServices {
  public static final String MODEL = "test-model";

  private TestServices() {}

  public static Services create(InstantSource clock) {
    return create(clock, Settings.fromEnvironment(Map.of()));
  }

  /** Peras with a price for {@value #MODEL}: $1 per million tokens in and $2 out. */
  public static Services create(InstantSource clock, Settings settings) {
    return create(clock, new MemoryTable(), settings);
  }

  private static Services create(InstantSource clock, Table table, Settings settings) {
    Services peras = Services.over(table, settings, clock, new OverrideCache(), Metrics.NONE);
    peras.prices().put(MODEL, Price.of(Rates.of(Usd.of("1"), Usd.of("2"))), null);
    return peras;
  }

  /** Peras on a table that others may use, too. */
  public static Services create(InstantSource clock, Table table) {
    return create(clock, table, Settings.fromEnvironment(Map.of()));
  }

  /** Starts a session of a customer, with a budget of $1. */
  public static void start(Services peras, String sessionId, String customerId) {
    start(peras, sessionId, customerId, Usd.of("1"));
  }

  /**
   * Starts a session of a customer.
   *
   * @param budget null for none
   */
  public static void start(
      Services peras, String sessionId, String customerId, @Nullable Usd budget) {
    peras
        .sessions()
        .start(
            new StartRequest(
                sessionId, customerId, null, null, budget, null, Map.of(), Hash.of(sessionId)));
  }
}
