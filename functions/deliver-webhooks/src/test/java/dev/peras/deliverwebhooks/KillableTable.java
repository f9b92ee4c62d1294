package dev.peras.deliverwebhooks;

import dev.peras.store.Item;
import dev.peras.store.Key;
import dev.peras.store.Table;
import dev.peras.store.Write;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A table whose user dies at one of its transactions, just before or just after it. */
final class KillableTable implements Table {
  /** Ends all that the process was at: nothing catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final Table table;
  private final AtomicInteger transactions = new AtomicInteger();
  private int killAt;
  private boolean killAfter;
  private volatile boolean killed;

  KillableTable(Table table) {
    this.table = table;
  }

  /**
   * Kills once.
   *
   * @param transaction the number of the transaction from now on, from 1
   */
  void killAt(int transaction, boolean after) {
    transactions.set(0);
    killAt = transaction;
    killAfter = after;
    killed = false;
  }

  boolean hasKilled() {
    return killed;
  }

  @Override
  public void transact(List<Write> writes) {
    boolean dies = transactions.incrementAndGet() == killAt;
    if (dies && !killAfter) {
      killed = true;
      throw new Killed();
    }
    table.transact(writes);
    if (dies) {
      killed = true;
      throw new Killed();
    }
  }

  @Override
  public @Nullable Item get(Key key) {
    return table.get(key);
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    return table.getAll(keys);
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    return table.query(pk, prefix, after, limit);
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    return table.scan(sk, after, limit);
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    return table.due(shard, from, to, after, limit);
  }
}
