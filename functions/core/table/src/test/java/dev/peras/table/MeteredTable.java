package dev.peras.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts write units, too, by the rules that DynamoDB bills by: a transactional write takes two for
 * each started kilobyte of the item, before or after, whichever is more, and as much again for an
 * index whose attributes it changes. It looks at the items for that, so it is no table to time.
 *
 * <p>It counts from the sizes of the items, since DynamoDB Local reports the units of a transaction
 * once for each partition key rather than once for each item.
 */
public final class MeteredTable extends CountedTable {
  private final Table table;
  private long writeUnits;

  public MeteredTable(Table table) {
    super(table);
    this.table = table;
  }

  @Override
  public void reset() {
    super.reset();
    writeUnits = 0;
  }

  public long writeUnits() {
    return writeUnits;
  }

  @Override
  public void transact(List<Write> writes) {
    Map<Key, @Nullable Item> before = new HashMap<>();
    writes.forEach(write -> before.put(write.key(), table.get(write.key())));
    super.transact(writes);
    for (Write write : writes) {
      Item old = before.get(write.key());
      Item now = table.get(write.key());
      long units = 2 * Math.max(kilobytes(old), kilobytes(now));
      boolean movesInIndex = !due(old).equals(due(now));
      writeUnits += movesInIndex ? 2 * units : units;
    }
  }

  private static long kilobytes(@Nullable Item item) {
    return item == null ? 1 : Math.ceilDiv(ItemSize.of(item), 1024);
  }

  private static String due(@Nullable Item item) {
    return item == null || !item.has("due_at") ? "" : item.get("due_at").n();
  }
}
