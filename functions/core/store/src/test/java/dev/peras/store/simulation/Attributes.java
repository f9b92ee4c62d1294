package dev.peras.store.simulation;

import dev.peras.table.Item;
import dev.peras.table.Key;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item's attributes, read by code of the simulation's own, so that a fault in how the store
 * reads and writes them can't hide itself.
 */
record Attributes(Map<String, AttributeValue> values) {
  static Attributes of(@Nullable Item item) {
    return new Attributes(Objects.requireNonNull(item).values());
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  AttributeValue get(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  String text(String name) {
    return get(name).s();
  }

  long count(String name) {
    return Long.parseLong(get(name).n());
  }

  BigDecimal number(String name) {
    return number(get(name));
  }

  @Nullable BigDecimal optionalNumber(String name) {
    return has(name) ? number(name) : null;
  }

  Instant time(String name) {
    return time(get(name));
  }

  Attributes map(String name) {
    return new Attributes(get(name).m());
  }

  Key key() {
    return new Key(text("pk"), text("sk"));
  }

  static BigDecimal number(AttributeValue value) {
    return new BigDecimal(value.n());
  }

  static Instant time(AttributeValue value) {
    return Instant.ofEpochMilli(Long.parseLong(value.n()));
  }
}
