package dev.peras.table;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A table whose calls can fail as DynamoDB's do: busy before anything, or the answer lost after.
 */
public final class FaultyTable implements Table {
  /** What happens to a call. */
  public enum Fault {
    NONE,
    BUSY,
    ANSWER_LOST
  }

  private final Table table;
  private final Supplier<Fault> faults;

  /** Asks for a fault at each call. */
  public FaultyTable(Table table, Supplier<Fault> faults) {
    this.table = table;
    this.faults = faults;
  }

  private <T extends @Nullable Object> T call(Supplier<T> call) {
    Fault fault = faults.get();
    if (fault == Fault.BUSY) {
      throw new TableBusy("injected: busy", null);
    }
    T answer = call.get();
    if (fault == Fault.ANSWER_LOST) {
      throw new TableBusy("injected: the answer was lost", null);
    }
    return answer;
  }

  @Override
  public @Nullable Item get(Key key) {
    return this.<@Nullable Item>call(() -> table.get(key));
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    return call(() -> table.getAll(keys));
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    return call(() -> table.query(pk, prefix, after, limit));
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    return call(() -> table.scan(sk, after, limit));
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    return call(() -> table.due(shard, from, to, after, limit));
  }

  @Override
  public void transact(List<Write> writes) {
    call(() -> {
      table.transact(writes);
      return writes;
    });
  }
}
