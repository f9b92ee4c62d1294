package dev.peras.table;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The database: items by key, and transactions that happen whole or not at all. Implementations are
 * thread-safe, and all pass the same suite of tests.
 *
 * <p>Reads are strongly consistent: they see every write that was answered before.
 */
public interface Table {
  /** The most writes that one transaction takes. */
  int MAX_WRITES = 100;

  /** The most bytes that one item takes, names included. */
  int MAX_ITEM_BYTES = 400 * 1024;

  /** The attributes of an item that stands in the index of what is due. */
  String DUE_SHARD = "due_shard";

  String DUE_AT = "due_at";

  /** From when on the table may remove an item by itself, in seconds since 1970. */
  String TTL = "ttl";

  @Nullable Item get(Key key);

  /** The items that exist among these, in any order. */
  List<Item> getAll(Collection<Key> keys);

  /**
   * Items of one partition in the order of their sort keys.
   *
   * @param prefix of the sort keys
   * @param after where to go on: the sort key that the last page ended with; null from the start
   * @param limit the most items to return
   */
  List<Item> query(String pk, String prefix, @Nullable String after, int limit);

  /**
   * Items with this sort key in all partitions, in no particular order: reads the whole table, part
   * by part.
   *
   * @param after where to go on; null from the start
   */
  Scanned scan(String sk, @Nullable Key after, int limit);

  /**
   * A part of a scan.
   *
   * @param next where to go on; null at the end. A part can be empty though more follows.
   */
  record Scanned(List<Item> items, @Nullable Key next) {}

  /**
   * Entries of the index of what is due, by when, with the attributes of the index alone. The index
   * lags behind the items.
   *
   * @param from the first value of {@code due_at}
   * @param to the last
   * @param after the entry that the last page ended with; null from the start
   */
  List<Item> due(String shard, long from, long to, @Nullable Item after, int limit);

  /**
   * Makes all writes, or none.
   *
   * @param writes at most {@value #MAX_WRITES}, each to another item
   * @throws WriteRefused when a condition did not hold: nothing was written
   * @throws TableBusy when it should be retried: most likely nothing was written, but an answer may
   *     have been lost
   */
  void transact(List<Write> writes);
}
