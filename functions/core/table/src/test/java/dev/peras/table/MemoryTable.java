package dev.peras.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table in memory, for simulation: the same conditions, limits and refusals as DynamoDB, which
 * the contract suite proves. Thread-safe: every call is one step.
 */
public final class MemoryTable implements Table {
  private final TreeMap<Key, Item> items = new TreeMap<>(Key.ORDER);

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
      if (after == null || Key.compare(key.sk(), after) > 0) {
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
          .thenComparing(Item::key, Key.ORDER);

  private static Item entry(Item item) {
    return Item.at(item.key())
        .put(Table.DUE_SHARD, item.text(Table.DUE_SHARD))
        .put(Table.DUE_AT, item.number(Table.DUE_AT))
        .item();
  }

  @Override
  public synchronized void transact(List<Write> writes) {
    Transactions.validate(writes);
    for (Transactions.Change change : Transactions.changes(writes, items::get)) {
      if (change.after() == null) {
        items.remove(change.key());
      } else {
        items.put(change.key(), change.after());
      }
    }
  }
}
