package dev.peras.table;

import dev.peras.table.Transactions.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Capacity units by the rules that DynamoDB bills by, worked out from the sizes of items. Read
 * units come in halves, since an index, which is read as it stands, takes half of what a consistent
 * read takes.
 */
public final class Capacity {
  private static final int BYTES_PER_READ_UNIT = 4096;
  private static final int BYTES_PER_WRITE_UNIT = 1024;

  private Capacity() {}

  /**
   * Half units of one consistent read of so many bytes together; one of nothing takes a unit too.
   */
  public static long halfReadUnits(long bytes) {
    return 2 * Math.max(1, Math.ceilDiv(bytes, BYTES_PER_READ_UNIT));
  }

  /** The same for items that come in one read. */
  public static long halfReadUnits(List<Item> items) {
    return halfReadUnits(items.stream().mapToLong(ItemSize::of).sum());
  }

  /** Half units of reading an index. */
  public static long halfReadUnitsOfIndex(List<Item> entries) {
    return halfReadUnits(entries) / 2;
  }

  /**
   * Units of a write in a transaction: two for each started kilobyte of the item, before or after,
   * whichever is more, and as much again for the index if its place there changes.
   */
  public static long writeUnits(Change change) {
    long units = 2 * Math.max(kilobytes(change.before()), kilobytes(change.after()));
    boolean movesInIndex = !due(change.before()).equals(due(change.after()));
    return movesInIndex ? 2 * units : units;
  }

  /** Units of a write that changes nothing: a check, or one in a transaction that was refused. */
  public static long writeUnits(@Nullable Item item) {
    return 2 * kilobytes(item);
  }

  private static long kilobytes(@Nullable Item item) {
    return item == null ? 1 : Math.ceilDiv(ItemSize.of(item), BYTES_PER_WRITE_UNIT);
  }

  private static String due(@Nullable Item item) {
    return item == null || !item.has("due_at") ? "" : item.get("due_at").n();
  }
}
