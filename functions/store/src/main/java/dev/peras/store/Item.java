package dev.peras.store;

import dev.peras.engine.Hash;
import dev.peras.engine.Usd;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item of the table, key included. Immutable. */
public record Item(Map<String, AttributeValue> values) {
  public Item {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Makes an item: {@code Item.at(key).put(...).item()}. */
  static Builder at(Key key) {
    return new Builder().put("pk", Values.of(key.pk())).put("sk", Values.of(key.sk()));
  }

  /** Collects attributes that are not an item of their own. */
  static Builder attributes() {
    return new Builder();
  }

  Key key() {
    return new Key(text("pk"), text("sk"));
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * A value that must be there: its absence means that the item is broken, or not what we think.
   */
  AttributeValue get(String name) {
    AttributeValue value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "item %s %s has no attribute %s".formatted(values.get("pk"), values.get("sk"), name));
    }
    return value;
  }

  @Nullable AttributeValue find(String name) {
    return values.get(name);
  }

  String text(String name) {
    return get(name).s();
  }

  @Nullable String optionalText(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : value.s();
  }

  long number(String name) {
    return Values.number(get(name));
  }

  Usd usd(String name) {
    return Values.usd(get(name));
  }

  @Nullable Usd optionalUsd(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : Values.usd(value);
  }

  Hash hash(String name) {
    return Values.hash(get(name));
  }

  @Nullable Hash optionalHash(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : Values.hash(value);
  }

  Instant instant(String name) {
    return Values.instant(get(name));
  }

  @Nullable Instant optionalInstant(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : Values.instant(value);
  }

  /** Collects attributes; absent optional ones are left out. */
  static final class Builder {
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();

    Builder put(String name, AttributeValue value) {
      values.put(name, value);
      return this;
    }

    Builder put(String name, String value) {
      return put(name, Values.of(value));
    }

    Builder put(String name, long value) {
      return put(name, Values.of(value));
    }

    Builder put(String name, Usd value) {
      return put(name, Values.of(value));
    }

    Builder put(String name, Hash value) {
      return put(name, Values.of(value));
    }

    Builder put(String name, Instant value) {
      return put(name, Values.of(value));
    }

    Builder flag(String name, boolean value) {
      return value ? put(name, Values.TRUE) : this;
    }

    Builder optional(String name, @Nullable String value) {
      return value == null ? this : put(name, value);
    }

    Builder optional(String name, @Nullable Usd value) {
      return value == null ? this : put(name, value);
    }

    Builder optional(String name, @Nullable Hash value) {
      return value == null ? this : put(name, value);
    }

    Builder optional(String name, @Nullable Instant value) {
      return value == null ? this : put(name, value);
    }

    Builder texts(String name, Map<String, String> texts) {
      if (!texts.isEmpty()) {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        texts.forEach((key, value) -> map.put(key, Values.of(value)));
        put(name, Values.of(map));
      }
      return this;
    }

    Map<String, AttributeValue> values() {
      return values;
    }

    Item item() {
      return new Item(values);
    }
  }

  Map<String, String> texts(String name) {
    AttributeValue value = values.get(name);
    if (value == null) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    value.m().forEach((key, text) -> texts.put(key, text.s()));
    return texts;
  }
}
