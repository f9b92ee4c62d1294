package dev.peras.table;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands every call on to another table, but for those that a subclass takes. */
public abstract class ForwardingTable implements Table {
  protected final Table table;

  protected ForwardingTable(Table table) {
    this.table = table;
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

  @Override
  public void transact(List<Write> writes) {
    table.transact(writes);
  }
}
