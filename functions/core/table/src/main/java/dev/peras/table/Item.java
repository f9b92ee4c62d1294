package dev.peras.table;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
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
  public static Builder at(Key key) {
    return new Builder()
        .put("pk", AttributeValues.of(key.pk()))
        .put("sk", AttributeValues.of(key.sk()));
  }

  /** Collects attributes that are not an item of their own. */
  public static Builder attributes() {
    return new Builder();
  }

  public Key key() {
    return new Key(text("pk"), text("sk"));
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A required value: without it the item is broken, or of another kind. */
  public AttributeValue get(String name) {
    AttributeValue value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "item %s %s has no attribute %s".formatted(values.get("pk"), values.get("sk"), name));
    }
    return value;
  }

  public @Nullable AttributeValue find(String name) {
    return values.get(name);
  }

  public String text(String name) {
    return get(name).s();
  }

  public @Nullable String optionalText(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : value.s();
  }

  public long number(String name) {
    return AttributeValues.number(get(name));
  }

  public Usd usd(String name) {
    return AttributeValues.usd(get(name));
  }

  public @Nullable Usd optionalUsd(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : AttributeValues.usd(value);
  }

  public Hash hash(String name) {
    return AttributeValues.hash(get(name));
  }

  public @Nullable Hash optionalHash(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : AttributeValues.hash(value);
  }

  public Instant instant(String name) {
    return AttributeValues.instant(get(name));
  }

  public @Nullable Instant optionalInstant(String name) {
    AttributeValue value = values.get(name);
    return value == null ? null : AttributeValues.instant(value);
  }

  /** Collects attributes; absent optional ones are left out. */
  public static final class Builder {
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();

    public Builder put(String name, AttributeValue value) {
      values.put(name, value);
      return this;
    }

    public Builder put(String name, String value) {
      return put(name, AttributeValues.of(value));
    }

    public Builder put(String name, long value) {
      return put(name, AttributeValues.of(value));
    }

    public Builder put(String name, Usd value) {
      return put(name, AttributeValues.of(value));
    }

    public Builder put(String name, Hash value) {
      return put(name, AttributeValues.of(value));
    }

    public Builder put(String name, Instant value) {
      return put(name, AttributeValues.of(value));
    }

    public Builder flag(String name, boolean value) {
      return value ? put(name, AttributeValues.TRUE) : this;
    }

    public Builder optional(String name, @Nullable String value) {
      return value == null ? this : put(name, value);
    }

    public Builder optional(String name, @Nullable Usd value) {
      return value == null ? this : put(name, value);
    }

    public Builder optional(String name, @Nullable Hash value) {
      return value == null ? this : put(name, value);
    }

    public Builder optional(String name, @Nullable Instant value) {
      return value == null ? this : put(name, value);
    }

    public Builder texts(String name, Map<String, String> texts) {
      if (!texts.isEmpty()) {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        texts.forEach((key, value) -> map.put(key, AttributeValues.of(value)));
        put(name, AttributeValues.of(map));
      }
      return this;
    }

    public Map<String, AttributeValue> values() {
      return values;
    }

    public Item item() {
      return new Item(values);
    }
  }

  public Map<String, String> texts(String name) {
    AttributeValue value = values.get(name);
    if (value == null) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    value.m().forEach((key, text) -> texts.put(key, text.s()));
    return texts;
  }
}
