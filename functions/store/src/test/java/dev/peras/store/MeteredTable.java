package dev.peras.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts capacity units by the rules that DynamoDB bills by: a transactional write takes two units
 * for each started kilobyte of the item, before or after, whichever is more, and as much again for
 * an index whose attributes it changes; a consistent read one unit for each started 4 kilobytes.
 *
 * <p>It counts from the sizes of the items, since DynamoDB Local reports the units of a transaction
 * once for each partition key rather than once for each item.
 */
final class MeteredTable implements Table {
  private final Table table;
  private long readUnits;
  private long writeUnits;

  MeteredTable(Table table) {
    this.table = table;
  }

  void reset() {
    readUnits = 0;
    writeUnits = 0;
  }

  long readUnits() {
    return readUnits;
  }

  long writeUnits() {
    return writeUnits;
  }

  @Override
  public @Nullable Item get(Key key) {
    Item item = table.get(key);
    readUnits += item == null ? 1 : started(ItemSize.of(item), 4096);
    return item;
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    List<Item> items = table.getAll(keys);
    items.forEach(item -> readUnits += started(ItemSize.of(item), 4096));
    readUnits += keys.size() - items.size();
    return items;
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    List<Item> items = table.query(pk, prefix, after, limit);
    readUnits += Math.max(1, started(items.stream().mapToInt(ItemSize::of).sum(), 4096));
    return items;
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    throw new UnsupportedOperationException("scans are not metered");
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    List<Item> entries = table.due(shard, from, to, after, limit);
    // The index is read eventually consistent, which takes half of it; counted as if it did not.
    readUnits += Math.max(1, started(entries.stream().mapToInt(ItemSize::of).sum(), 4096));
    return entries;
  }

  @Override
  public void transact(List<Write> writes) {
    Map<Key, @Nullable Item> before = new HashMap<>();
    writes.forEach(write -> before.put(write.key(), table.get(write.key())));
    table.transact(writes);
    for (Write write : writes) {
      Item old = before.get(write.key());
      Item now = table.get(write.key());
      long units = 2 * Math.max(kilobytes(old), kilobytes(now));
      boolean movesInIndex = !due(old).equals(due(now));
      writeUnits += movesInIndex ? 2 * units : units;
    }
  }

  private static long kilobytes(@Nullable Item item) {
    return item == null ? 1 : started(ItemSize.of(item), 1024);
  }

  private static String due(@Nullable Item item) {
    return item == null || !item.has("due_at") ? "" : item.get("due_at").n();
  }

  private static long started(int bytes, int unit) {
    return Math.ceilDiv(bytes, unit);
  }
}
