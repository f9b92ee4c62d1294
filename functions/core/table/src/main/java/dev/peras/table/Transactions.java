package dev.peras.table;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a transaction does to items: conditions, changes and limits as DynamoDB has them. Every
 * table that is not DynamoDB itself goes by this, so that there is one reading of the rules; the
 * contract suite holds it against DynamoDB's own.
 */
public final class Transactions {
  /** The most bytes that a partition's name takes. */
  private static final int MAX_PK_BYTES = 2048;

  /** The most bytes that an item's name in its partition takes. */
  private static final int MAX_SK_BYTES = 1024;

  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private Transactions() {}

  /**
   * What a transaction did to one item.
   *
   * @param before null where there was none
   * @param after null where there is none any more
   */
  public record Change(Key key, @Nullable Item before, @Nullable Item after) {}

  /**
   * Refuses what DynamoDB would not even look at.
   *
   * @throws IllegalArgumentException which is a fault of the caller
   */
  public static void validate(List<Write> writes) {
    if (writes.isEmpty() || writes.size() > Table.MAX_WRITES) {
      throw new IllegalArgumentException(
          "a transaction takes 1 to 100 writes, not " + writes.size());
    }
    Set<Key> keys = new HashSet<>();
    int bytes = 0;
    for (Write write : writes) {
      validate(write.key());
      if (!keys.add(write.key())) {
        throw new IllegalArgumentException("two writes to " + write.key());
      }
      if (write instanceof Write.Put put) {
        bytes += validate(put.item());
      }
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException("a transaction takes 4 MB, not " + bytes);
    }
  }

  /**
   * Works a transaction out. Nothing is stored here.
   *
   * @param items the items as they are, null where there is none
   * @return a change for each write but checks, in their order
   * @throws WriteRefused when a condition does not hold
   */
  public static List<Change> changes(List<Write> writes, Function<Key, @Nullable Item> items) {
    Map<Key, Optional<Item>> refused = new HashMap<>();
    List<Change> changes = new ArrayList<>(writes.size());
    for (Write write : writes) {
      Key key = write.key();
      Item before = items.apply(key);
      if (!holds(write.condition(), before)) {
        refused.put(key, Optional.ofNullable(before));
      } else if (refused.isEmpty()) {
        switch (write) {
          case Write.Put put -> changes.add(new Change(key, before, put.item()));
          case Write.Update update -> changes.add(new Change(key, before, updated(update, before)));
          case Write.Delete delete -> changes.add(new Change(key, before, null));
          case Write.Check check -> {}
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new WriteRefused(refused);
    }
    return changes;
  }

  private static void validate(Key key) {
    int pk = ItemSize.bytes(key.pk());
    int sk = ItemSize.bytes(key.sk());
    if (pk == 0 || pk > MAX_PK_BYTES || sk == 0 || sk > MAX_SK_BYTES) {
      throw new IllegalArgumentException("a key takes 1 to 2048 and 1 to 1024 bytes: " + key);
    }
  }

  private static int validate(Item item) {
    int size = ItemSize.of(item);
    if (size > Table.MAX_ITEM_BYTES) {
      throw new IllegalArgumentException("an item takes 400 KB, not " + size);
    }
    return size;
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

  private static Item updated(Write.Update update, @Nullable Item before) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    values.putAll(before == null ? Item.at(update.key()).item().values() : before.values());
    for (Write.Change change : update.changes()) {
      switch (change) {
        case Write.Change.Set set -> values.put(set.name(), set.value());
        case Write.Change.Remove remove -> values.remove(remove.name());
        case Write.Change.Add add -> values.put(add.name(), sum(values.get(add.name()), add));
      }
    }
    Item after = new Item(values);
    validate(after);
    return after;
  }

  private static AttributeValue sum(@Nullable AttributeValue old, Write.Change.Add add) {
    BigDecimal sum = new BigDecimal(add.number().n());
    if (old != null) {
      if (old.n() == null) {
        throw new IllegalArgumentException(add.name() + " is no number to add to");
      }
      sum = sum.add(new BigDecimal(old.n()));
    }
    return AttributeValue.fromN(sum.stripTrailingZeros().toPlainString());
  }
}
