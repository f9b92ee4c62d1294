package dev.peras.store;

import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.sessions.Recorder;
import dev.peras.table.Table;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything above one table, wired together. Thread-safe; a process needs one.
 *
 * @param sessions starts, meters and ends sessions
 * @param customers limits and months
 * @param prices overrides and the shipped table
 * @param sweep background maintenance
 * @param endpoints where alerts are sent
 * @param outbox alerts on their way there
 * @param alerts the list of alerts
 * @param sightings calls that may be reported in several ways
 * @param keys that callers send
 * @param unpriced calls that wait for a price
 */
public record Store(
    Sessions sessions,
    Customers customers,
    Prices prices,
    Sweep sweep,
    Endpoints endpoints,
    Outbox outbox,
    AlertLog alerts,
    Sightings sightings,
    ApiKeys keys,
    UnpricedCalls unpriced) {
  /**
   * How a deployment is set up.
   *
   * @param limits of customers that have none of their own
   * @param shippedPrices supplied at the first look-up, since reading them is slow
   * @param ceiling the price of models that neither the table nor an override knows; null to refuse
   *     them
   * @param cachedSessions how many sessions are kept in memory
   * @param alertOnWarnings whether detectors' warnings make alerts
   */
  public record Settings(
      Limits limits,
      DetectorSettings detectors,
      ClaimPolicy claims,
      Supplier<PriceList> shippedPrices,
      @Nullable Price ceiling,
      long cachedSessions,
      boolean alertOnWarnings) {}

  public static Store over(
      Table table, Settings settings, InstantSource clock, Retry retry, Supplier<String> newIds) {
    return over(table, settings, clock, retry, newIds, new OverrideCache());
  }

  /**
   * The same for one of several stores in a process.
   *
   * @param overrides shared by stores that must see a changed price at once
   */
  public static Store over(
      Table table,
      Settings settings,
      InstantSource clock,
      Retry retry,
      Supplier<String> newIds,
      OverrideCache overrides) {
    Accounts accounts = new Accounts(table, settings.claims(), settings.limits(), retry);
    Prices prices =
        new Prices(
            table,
            settings.shippedPrices(),
            settings.ceiling(),
            retry,
            clock,
            retry.nanoTime(),
            overrides);
    Recorder recorder = new Recorder(settings.detectors());
    StoredSessions stored =
        new StoredSessions(table, new SessionCache(settings.cachedSessions()), clock);
    Sessions sessions =
        new Sessions(stored, accounts, prices, recorder, retry, newIds, settings.alertOnWarnings());
    Endpoints endpoints = new Endpoints(table, retry, newIds);
    return new Store(
        sessions,
        new Customers(table, accounts, retry, clock),
        prices,
        new Sweep(stored, accounts, sessions, retry),
        endpoints,
        new Outbox(stored, accounts, endpoints, retry),
        new AlertLog(stored, endpoints, retry),
        new Sightings(table, retry, clock),
        new ApiKeys(table, retry, clock),
        new UnpricedCalls(table, sessions, retry, clock));
  }
}
