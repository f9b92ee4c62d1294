package dev.peras.store;

import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PriceLookup;
import dev.peras.engine.pricing.PriceMatch;
import dev.peras.engine.sessions.Recorder;
import dev.peras.table.Condition;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The prices in force: this deployment's overrides, then the shipped table, then, where the
 * deployment set one, the ceiling for models that neither knows. Thread-safe.
 *
 * <p>Overrides are kept in memory for up to a minute; a model that seems unknown is looked up again
 * before it is refused.
 */
public final class Prices implements PriceLookup {
  private static final String OVERRIDE = "override";
  private static final String CEILING = "ceiling";
  private static final long MAX_AGE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Table table;
  private final Supplier<PriceList> shipped;
  private final @Nullable Price ceiling;
  private final Retry retry;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final OverrideCache cache;

  Prices(
      Table table,
      Supplier<PriceList> shipped,
      @Nullable Price ceiling,
      Retry retry,
      InstantSource clock,
      LongSupplier nanoTime,
      OverrideCache cache) {
    this.table = table;
    this.shipped = shipped;
    this.ceiling = ceiling;
    this.retry = retry;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.cache = cache;
  }

  @Override
  public @Nullable Price priceOf(String model, Instant at) {
    Price found = priceOf(current(), model, at);
    if (found != null || ceiling != null) {
      return found == null ? ceiling : found;
    }
    return priceOf(reread(), model, at);
  }

  /** An override's fee, or the shipped table's: an override need not state what it leaves alone. */
  @Override
  public @Nullable Usd feeOf(String model, String kind, Instant at) {
    NamedPrice override = current().find(model, at);
    Usd own = override == null ? null : override.price().surcharges().fee(kind);
    Price listed = own == null ? shipped.get().priceOf(model, at) : null;
    return listed == null ? own : listed.surcharges().fee(kind);
  }

  private @Nullable Price priceOf(Overrides overrides, String model, Instant at) {
    NamedPrice override = overrides.find(model, at);
    return override == null ? shipped.get().priceOf(model, at) : override.price();
  }

  /**
   * The price that a model's usage gets now, and why.
   *
   * @throws Refusal PRICE_NOT_FOUND
   */
  public PriceInForce get(String model) {
    return retry.untilDone(() -> {
      PriceInForce found = find(reread(), model, clock.instant());
      if (found == null) {
        throw Refusal.of(Refusal.Code.PRICE_NOT_FOUND, "model " + Recorder.unpriced(model));
      }
      return found;
    });
  }

  private @Nullable PriceInForce find(Overrides overrides, String model, Instant now) {
    NamedPrice own = overrides.find(model, now);
    if (own != null) {
      List<String> by = List.of(own.model().equals(model) ? OVERRIDE : "wildcard " + OVERRIDE);
      return new PriceInForce(
          model,
          own.price(),
          null,
          own.model(),
          by,
          OVERRIDE,
          null,
          null,
          own.effectiveFrom(),
          null);
    }
    PriceMatch match = shipped.get().find(model, now);
    if (match != null) {
      ListPrice listed = match.price();
      return new PriceInForce(
          model,
          listed.at(now),
          match.model().provider(),
          match.model().name(),
          match.by().stream().map(step -> step.name().toLowerCase(Locale.ROOT)).toList(),
          listed.source(),
          listed.date(),
          listed,
          listed.effectiveFrom(),
          listed.effectiveTo());
    }
    return ceiling == null
        ? null
        : new PriceInForce(
            model, ceiling, null, null, List.of(CEILING), CEILING, null, null, null, null);
  }

  /** All overrides, by model. */
  public List<NamedPrice> overrides() {
    return retry.untilDone(
        () -> reread().all().stream().sorted((a, b) -> a.model().compareTo(b.model())).toList());
  }

  /** Sets an override. Returns whether the model had none before. */
  public boolean put(String model, Price price, @Nullable Instant effectiveFrom) {
    return retry.untilDone(() -> {
      boolean isNew = table.get(Keys.price(model)) == null;
      table.transact(List.of(PriceItem.put(model, price, effectiveFrom)));
      reread();
      return isNew;
    });
  }

  /** Removes an override; the shipped price is in force again. */
  public void delete(String model) {
    retry.untilDone(() -> {
      table.transact(List.of(new Write.Delete(Keys.price(model), Condition.none())));
      return reread();
    });
  }

  private Overrides current() {
    OverrideCache.Read last = cache.last();
    if (last == null || nanoTime.getAsLong() - last.readAtNanos() > MAX_AGE_NANOS) {
      return reread();
    }
    return last.overrides();
  }

  private Overrides reread() {
    long readAtNanos = nanoTime.getAsLong();
    Overrides overrides =
        new Overrides(
            table.query(Keys.PRICES_PK, Keys.PRICE_PREFIX, null, Integer.MAX_VALUE).stream()
                .map(PriceItem::read)
                .toList());
    cache.keep(new OverrideCache.Read(overrides, readAtNanos));
    return overrides;
  }
}
