package dev.peras.engine.pricing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A model of the table: its names, and its price through time.
 *
 * @param prices by time, without a gap: for every moment there is one
 */
public record PricedModel(
    String provider,
    String name,
    List<String> aliases,
    List<ModelPattern> patterns,
    List<ListPrice> prices) {

  public PricedModel {
    aliases = List.copyOf(aliases);
    patterns = List.copyOf(patterns);
    prices = List.copyOf(prices);
    if (prices.isEmpty()) {
      throw new IllegalArgumentException(name + " has no price");
    }
    for (int i = 0; i < prices.size(); i++) {
      Instant from = prices.get(i).effectiveFrom();
      Instant to = prices.get(i).effectiveTo();
      Instant previous = i == 0 ? null : prices.get(i - 1).effectiveTo();
      if (!Objects.equals(from, previous) || (from == null && i > 0)) {
        throw new IllegalArgumentException(
            "%s has a price from %s, but the one before ends at %s"
                .formatted(name, from, previous));
      }
      if (from != null && to != null && !to.isAfter(from)) {
        throw new IllegalArgumentException(
            "%s has a price that ends before it starts, at %s".formatted(name, to));
      }
    }
    Instant end = prices.getLast().effectiveTo();
    if (end != null) {
      throw new IllegalArgumentException("%s has no price after %s".formatted(name, end));
    }
  }

  ListPrice priceAt(Instant at) {
    for (ListPrice price : prices) {
      if (price.isInForce(at)) {
        return price;
      }
    }
    throw new IllegalStateException("the prices of %s have a gap at %s".formatted(name, at));
  }
}
