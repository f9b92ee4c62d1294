package dev.peras.store;

import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PricedModel;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.Table;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores, events and limits for tests. */
public final class TestStore {
  /** A model at 1 USD per million input tokens and 2 per million output tokens. */
  public static final String MODEL = "test-model";

  private static final PriceList PRICES =
      new PriceList(
          List.of(
              new PricedModel(
                  "test",
                  MODEL,
                  List.of(),
                  List.of(),
                  List.of(
                      new ListPrice(
                          Price.of(Rates.of(Usd.of("1"), Usd.of("2"))),
                          null,
                          null,
                          null,
                          "test",
                          "2026-11-01")))),
          Map.of(),
          List.of());

  private TestStore() {}

  public static Store.Settings settings() {
    return settings(limits(null), new ClaimPolicy(true));
  }

  public static Store.Settings settings(Limits defaults, ClaimPolicy claims) {
    return new Store.Settings(
        defaults, DetectorSettings.DEFAULTS, claims, () -> PRICES, null, 1000, false);
  }

  public static Store over(Table table, InstantSource clock) {
    return over(table, settings(), clock);
  }

  public static Store over(Table table, Store.Settings settings, InstantSource clock) {
    return Store.over(
        table,
        settings,
        clock,
        Retry.inRealTime(Duration.ofSeconds(60)),
        () -> UUID.randomUUID().toString());
  }

  /** Limits with a blocking cap (null for none) and thresholds such as "5" or "80%". */
  public static Limits limits(@Nullable String cap, String... thresholds) {
    List<AlertThreshold> alerts = new ArrayList<>();
    for (String threshold : thresholds) {
      alerts.add(
          threshold.endsWith("%")
              ? AlertThreshold.ofPercentage(new BigDecimal(threshold.replace("%", "")))
              : AlertThreshold.ofAmount(Usd.of(threshold)));
    }
    return new Limits(cap == null ? null : Usd.of(cap), alerts, true, null, ZoneOffset.UTC, 60, 0);
  }

  /** A webhook endpoint that wants everything. */
  public static Endpoint endpoint(String id) {
    return endpoint(id, EnumSet.allOf(AlertType.class), null, true);
  }

  public static Endpoint endpoint(
      String id, Set<AlertType> events, @Nullable String customerId, boolean enabled) {
    return Endpoint.registered(
        id,
        Instant.EPOCH,
        new Endpoint.Address("standard", "sealed", List.of("sealed secret"), null),
        new Endpoint.Subscription(events, customerId),
        enabled);
  }

  public static StartRequest start(String sessionId, String customerId) {
    return start(sessionId, customerId, null);
  }

  public static StartRequest start(String sessionId, String customerId, @Nullable String budget) {
    return new StartRequest(
        sessionId,
        customerId,
        null,
        MODEL,
        budget == null ? null : Usd.of(budget),
        null,
        Map.of(),
        Hash.of(customerId + budget));
  }

  /** An event that costs a millionth of a dollar for each input token. */
  public static UsageEvent event(String id, long inputTokens) {
    return event(id, inputTokens, null, null);
  }

  public static UsageEvent event(
      String id, long inputTokens, @Nullable String occurredAt, @Nullable String holdId) {
    return UsageEvent.named(id)
        .tokens(new Tokens(inputTokens, 0, 0, 0, 0, 0))
        .occurredAt(occurredAt == null ? null : Instant.parse(occurredAt))
        .holdId(holdId)
        .build();
  }

  /** An event that costs this much. */
  public static UsageEvent costing(String id, String usd) {
    return UsageEvent.named(id).cost(Usd.of(usd)).build();
  }
}
