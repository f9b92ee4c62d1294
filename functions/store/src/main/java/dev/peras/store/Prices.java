package dev.peras.store;

import dev.peras.engine.Price;
import dev.peras.engine.PriceLookup;
import dev.peras.engine.Recorder;
import dev.peras.engine.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The prices in force: this deployment's overrides before the shipped table. Thread-safe.
 *
 * <p>Overrides are kept in memory for up to a minute; a model that seems unknown is looked up again
 * before it is refused.
 */
public final class Prices implements PriceLookup {
  private static final long MAX_AGE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Table table;
  private final Map<String, NamedPrice> shipped;
  private final Retry retry;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final OverrideCache cache;

  Prices(
      Table table,
      Map<String, NamedPrice> shipped,
      Retry retry,
      InstantSource clock,
      LongSupplier nanoTime,
      OverrideCache cache) {
    this.table = table;
    this.shipped = Map.copyOf(shipped);
    this.retry = retry;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.cache = cache;
  }

  @Override
  public @Nullable Price priceOf(String model, Instant at) {
    NamedPrice found = find(model, at);
    return found == null ? null : found.price();
  }

  private @Nullable NamedPrice find(String model, Instant at) {
    NamedPrice found = find(current(), model, at);
    return found == null ? find(reread(), model, at) : found;
  }

  private @Nullable NamedPrice find(Map<String, NamedPrice> current, String model, Instant at) {
    NamedPrice override = current.get(model);
    boolean isInForce =
        override != null
            && (override.effectiveFrom() == null || !at.isBefore(override.effectiveFrom()));
    return isInForce ? override : shipped.get(model);
  }

  /**
   * The price that a model's usage gets now.
   *
   * @throws Refusal PRICE_NOT_FOUND
   */
  public NamedPrice get(String model) {
    return retry.untilDone(() -> {
      NamedPrice found = find(reread(), model, clock.instant());
      if (found == null) {
        throw Refusal.of(Refusal.Code.PRICE_NOT_FOUND, "model " + Recorder.unpriced(model));
      }
      return found;
    });
  }

  /** All overrides, by model. */
  public List<NamedPrice> overrides() {
    return retry.untilDone(
        () -> reread().values().stream().sorted((a, b) -> a.model().compareTo(b.model())).toList());
  }

  /** Sets an override. Returns whether the model had none before. */
  public boolean put(String model, Price price, @Nullable Instant effectiveFrom) {
    return retry.untilDone(() -> {
      boolean isNew = table.get(Key.price(model)) == null;
      table.transact(List.of(PriceItem.put(model, price, effectiveFrom)));
      reread();
      return isNew;
    });
  }

  /** Removes an override; the shipped price is in force again. */
  public void delete(String model) {
    retry.untilDone(() -> {
      table.transact(List.of(new Write.Delete(Key.price(model), Condition.none())));
      return reread();
    });
  }

  private Map<String, NamedPrice> current() {
    OverrideCache.Read last = cache.last();
    if (last == null || nanoTime.getAsLong() - last.readAtNanos() > MAX_AGE_NANOS) {
      return reread();
    }
    return last.byModel();
  }

  private Map<String, NamedPrice> reread() {
    long readAtNanos = nanoTime.getAsLong();
    Map<String, NamedPrice> byModel = new HashMap<>();
    for (Item item : table.query(Key.PRICES_PK, Key.PRICE_PREFIX, null, Integer.MAX_VALUE)) {
      NamedPrice price = PriceItem.read(item);
      byModel.put(price.model(), price);
    }
    cache.keep(new OverrideCache.Read(byModel, readAtNanos));
    return byModel;
  }
}
