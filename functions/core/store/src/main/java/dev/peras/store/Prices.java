package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.PriceInForce;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.engine.pricing.PriceOverrides;
import dev.peras.engine.pricing.PriceQuery;
import dev.peras.table.Condition;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The prices in force: this deployment's overrides, then the shipped table, then, where the
 * deployment set one, the fallback for models that neither knows. Thread-safe.
 *
 * <p>Overrides are kept in memory for up to a minute; a model that seems unknown is looked up again
 * before it is refused.
 */
public final class Prices {
  private static final long MAX_AGE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Table table;
  private final Supplier<PriceList> shipped;
  private final @Nullable Price fallback;
  private final Retry retry;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final OverrideCache cache;

  Prices(
      Table table,
      Supplier<PriceList> shipped,
      @Nullable Price fallback,
      Retry retry,
      InstantSource clock,
      LongSupplier nanoTime,
      OverrideCache cache) {
    this.table = table;
    this.shipped = shipped;
    this.fallback = fallback;
    this.retry = retry;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.cache = cache;
  }

  /**
   * A book with the prices that are asked for, as far as there are any. The shipped table, which
   * takes a while to read, is left out where overrides are enough.
   */
  PriceBook bookFor(Collection<PriceQuery> queries) {
    if (queries.isEmpty()) {
      return PriceBook.EMPTY;
    }
    PriceOverrides own = current();
    PriceBook ofOwn = PriceBook.of(own);
    if (ofOwn.covers(queries)) {
      return ofOwn;
    }
    PriceBook book = book(own);
    return book.covers(queries) ? book : book(reread());
  }

  boolean knows(String model, Instant at) {
    List<PriceQuery> queries = List.of(new PriceQuery(model, at));
    return bookFor(queries).covers(queries);
  }

  private PriceBook book(PriceOverrides overrides) {
    return new PriceBook(overrides, shipped.get(), fallback);
  }

  /**
   * The price that a model's usage gets now, and why.
   *
   * @throws Refusal PriceNotFound
   */
  public PriceInForce get(String model) {
    return retry.untilDone(() -> {
      PriceInForce found = book(reread()).find(model, clock.instant());
      if (found == null) {
        throw Refusal.because(new Reason.PriceNotFound(model));
      }
      return found;
    });
  }

  /** All overrides, by model. */
  public List<PriceOverride> overrides() {
    return retry.untilDone(() -> reread().all());
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

  private PriceOverrides current() {
    OverrideCache.Read last = cache.last();
    if (last == null || nanoTime.getAsLong() - last.readAtNanos() > MAX_AGE_NANOS) {
      return reread();
    }
    return last.overrides();
  }

  private PriceOverrides reread() {
    long readAtNanos = nanoTime.getAsLong();
    PriceOverrides overrides =
        new PriceOverrides(
            table.query(Keys.PRICES_PK, Keys.PRICE_PREFIX, null, Integer.MAX_VALUE).stream()
                .map(PriceItem::read)
                .toList());
    cache.keep(new OverrideCache.Read(overrides, readAtNanos));
    return overrides;
  }
}
