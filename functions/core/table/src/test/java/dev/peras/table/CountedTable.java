package dev.peras.table;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what goes over a table. Thread-safe, and asks the table for nothing more than its callers
 * do.
 *
 * <p>Read units are counted by {@link Capacity}.
 */
public class CountedTable implements Table {
  private final Table table;
  private final LongAdder halfReadUnits = new LongAdder();
  private final LongAdder indexPages = new LongAdder();
  private final LongAdder transactions = new LongAdder();
  private final LongAdder accountWrites = new LongAdder();
  private final LongAdder refused = new LongAdder();

  public CountedTable(Table table) {
    this.table = table;
  }

  public void reset() {
    List.of(halfReadUnits, indexPages, transactions, accountWrites, refused)
        .forEach(LongAdder::reset);
  }

  public double readUnits() {
    return halfReadUnits.sum() / 2.0;
  }

  /** Requests to the index, each for one page of it. */
  public long indexPages() {
    return indexPages.sum();
  }

  /** Transactions that happened. */
  public long transactions() {
    return transactions.sum();
  }

  /** How often such a transaction wrote a customer's month. */
  public long accountWrites() {
    return accountWrites.sum();
  }

  /** Transactions that were refused or met others, so that they were tried again. */
  public long refused() {
    return refused.sum();
  }

  @Override
  public @Nullable Item get(Key key) {
    Item item = table.get(key);
    halfReadUnits.add(Capacity.halfReadUnits(item == null ? List.of() : List.of(item)));
    return item;
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    List<Item> items = table.getAll(keys);
    items.forEach(item -> halfReadUnits.add(Capacity.halfReadUnits(List.of(item))));
    halfReadUnits.add(2L * (keys.size() - items.size()));
    return items;
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    List<Item> items = table.query(pk, prefix, after, limit);
    halfReadUnits.add(Capacity.halfReadUnits(items));
    return items;
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    throw new UnsupportedOperationException("a scan reads more than it returns: it is not counted");
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    List<Item> entries = table.due(shard, from, to, after, limit);
    halfReadUnits.add(Capacity.halfReadUnitsOfIndex(entries));
    indexPages.increment();
    return entries;
  }

  @Override
  public void transact(List<Write> writes) {
    try {
      table.transact(writes);
    } catch (WriteRefused | TableBusy e) {
      refused.increment();
      throw e;
    }
    transactions.increment();
    accountWrites.add(writes.stream().filter(CountedTable::writesAccount).count());
  }

  private static boolean writesAccount(Write write) {
    return !(write instanceof Write.Check) && write.key().sk().equals("ACCOUNT");
  }
}
