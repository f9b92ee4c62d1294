package dev.peras.table;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table in memory, for simulation: the same conditions, limits and refusals as DynamoDB, which
 * the contract suite proves. Thread-safe: every call is one step.
 */
public final class MemoryTable implements Table {
  private final TreeMap<Key, Item> items =
      new TreeMap<>(Comparator.comparing(Key::pk).thenComparing(Key::sk));

  @Override
  public synchronized @Nullable Item get(Key key) {
    return items.get(key);
  }

  @Override
  public synchronized List<Item> getAll(Collection<Key> keys) {
    if (new HashSet<>(keys).size() != keys.size()) {
      throw new IllegalArgumentException("a key comes twice: " + keys);
    }
    return keys.stream().filter(items::containsKey).map(items::get).toList();
  }

  @Override
  public synchronized List<Item> query(
      String pk, String prefix, @Nullable String after, int limit) {
    List<Item> found = new ArrayList<>();
    for (Item item : items.tailMap(new Key(pk, prefix), true).values()) {
      Key key = item.key();
      boolean isPast = !key.pk().equals(pk) || !key.sk().startsWith(prefix);
      if (isPast || found.size() == limit) {
        break;
      }
      if (after == null || key.sk().compareTo(after) > 0) {
        found.add(item);
      }
    }
    return found;
  }

  @Override
  public synchronized Scanned scan(String sk, @Nullable Key after, int limit) {
    List<Item> found = new ArrayList<>();
    int read = 0;
    for (Item item : (after == null ? items : items.tailMap(after, false)).values()) {
      if (item.key().sk().equals(sk)) {
        found.add(item);
      }
      read++;
      if (read == limit) {
        return new Scanned(found, item.key());
      }
    }
    return new Scanned(found, null);
  }

  @Override
  public synchronized List<Item> due(
      String shard, long from, long to, @Nullable Item after, int limit) {
    return items.values().stream()
        .filter(item -> item.has(Table.DUE_SHARD) && item.text(Table.DUE_SHARD).equals(shard))
        .filter(item -> item.number(Table.DUE_AT) >= from && item.number(Table.DUE_AT) <= to)
        .map(MemoryTable::entry)
        .sorted(BY_DUE)
        .filter(entry -> after == null || BY_DUE.compare(entry, after) > 0)
        .limit(limit)
        .toList();
  }

  private static final Comparator<Item> BY_DUE =
      Comparator.<Item>comparingLong(entry -> entry.number(Table.DUE_AT))
          .thenComparing(entry -> entry.key().pk())
          .thenComparing(entry -> entry.key().sk());

  private static Item entry(Item item) {
    return Item.at(item.key())
        .put(Table.DUE_SHARD, item.text(Table.DUE_SHARD))
        .put(Table.DUE_AT, item.number(Table.DUE_AT))
        .item();
  }

  @Override
  public synchronized void transact(List<Write> writes) {
    validate(writes);
    Map<Key, Optional<Item>> refused = new HashMap<>();
    Map<Key, Optional<Item>> results = new LinkedHashMap<>();
    for (Write write : writes) {
      Item current = items.get(write.key());
      if (!holds(write.condition(), current)) {
        refused.put(write.key(), Optional.ofNullable(current));
      } else {
        switch (write) {
          case Write.Put put -> results.put(put.key(), Optional.of(put.item()));
          case Write.Update update ->
              results.put(update.key(), Optional.of(updated(update, current)));
          case Write.Delete delete -> results.put(delete.key(), Optional.empty());
          case Write.Check check -> {}
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new WriteRefused(refused);
    }
    results.forEach(
        (key, item) -> item.ifPresentOrElse(i -> store(key, i), () -> items.remove(key)));
  }

  private void store(Key key, Item item) {
    items.put(key, item);
  }

  private static void validate(List<Write> writes) {
    if (writes.isEmpty() || writes.size() > MAX_WRITES) {
      throw new IllegalArgumentException(
          "a transaction takes 1 to 100 writes, not " + writes.size());
    }
    Set<Key> keys = new HashSet<>();
    for (Write write : writes) {
      if (!keys.add(write.key())) {
        throw new IllegalArgumentException("two writes to " + write.key());
      }
      if (write instanceof Write.Put put) {
        validate(put.item());
      }
    }
  }

  private static void validate(Item item) {
    int size = ItemSize.of(item);
    if (size > MAX_ITEM_BYTES) {
      throw new IllegalArgumentException("an item takes 400 KB, not " + size);
    }
  }

  private static boolean holds(Condition condition, @Nullable Item item) {
    return switch (condition) {
      case Condition.Absent absent -> item == null;
      case Condition.Exists exists -> item != null;
      case Condition.Equal equal -> isEqual(value(item, equal.name()), equal.value());
      case Condition.Greater greater ->
          compared(item, greater.name(), greater.value(), sign -> sign > 0);
      case Condition.Less less -> compared(item, less.name(), less.value(), sign -> sign < 0);
      case Condition.AtLeast least ->
          compared(item, least.name(), least.value(), sign -> sign >= 0);
      case Condition.AtMost most -> compared(item, most.name(), most.value(), sign -> sign <= 0);
      case Condition.Missing missing -> value(item, missing.name()) == null;
      case Condition.Present present -> value(item, present.name()) != null;
      case Condition.Any any -> any.conditions().stream().anyMatch(c -> holds(c, item));
      case Condition.All all -> all.conditions().stream().allMatch(c -> holds(c, item));
    };
  }

  private static boolean compared(
      @Nullable Item item, String name, AttributeValue with, IntPredicate how) {
    AttributeValue value = value(item, name);
    return value != null
        && value.n() != null
        && how.test(new BigDecimal(value.n()).compareTo(new BigDecimal(with.n())));
  }

  private static boolean isEqual(@Nullable AttributeValue a, AttributeValue b) {
    if (a != null && a.n() != null && b.n() != null) {
      return new BigDecimal(a.n()).compareTo(new BigDecimal(b.n())) == 0;
    }
    return b.equals(a);
  }

  private static @Nullable AttributeValue value(@Nullable Item item, String name) {
    return item == null ? null : item.find(name);
  }

  private static Item updated(Write.Update update, @Nullable Item current) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    if (current == null) {
      values.putAll(Item.at(update.key()).values());
    } else {
      values.putAll(current.values());
    }
    for (Write.Change change : update.changes()) {
      switch (change) {
        case Write.Change.Set set -> values.put(set.name(), set.value());
        case Write.Change.Remove remove -> values.remove(remove.name());
        case Write.Change.Add add -> {
          AttributeValue old = values.get(add.name());
          BigDecimal sum = new BigDecimal(add.number().n());
          if (old != null) {
            sum = sum.add(new BigDecimal(old.n()));
          }
          values.put(add.name(), AttributeValue.fromN(sum.stripTrailingZeros().toPlainString()));
        }
      }
    }
    Item result = new Item(values);
    validate(result);
    return result;
  }
}
