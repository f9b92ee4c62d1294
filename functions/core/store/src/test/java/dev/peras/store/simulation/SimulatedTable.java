package dev.peras.store.simulation;

import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.TableBusy;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table as agents see it: before and after every call others may go on, calls fail, answers get
 * lost, agents die, and the index lags. Every transaction is shown to the model as it happens.
 *
 * <p>A read of several items is not one moment in DynamoDB, so others may write in its middle here.
 */
final class SimulatedTable implements Table {
  /** How many items a query reads before others may go on. */
  private static final int ITEMS_AT_ONCE = 3;

  private final Table table;
  private final LaggingIndex index;
  private final Scheduler scheduler;
  private final Chance chance;
  private final Tally tally;
  private final Observer observer;
  private final Map<Key, Long> expiring = new LinkedHashMap<>();
  private Faults faults;

  /** What became of one item in a transaction. */
  record Change(Key key, @Nullable Item before, @Nullable Item after) {}

  /** Sees the calls that agents make. */
  interface Observer {
    void committed(List<Write> writes, List<Change> changes);

    void called(String call, Object subject, String outcome);
  }

  /**
   * Simulates on a table.
   *
   * @param table that nobody else uses; what it holds is what happened
   */
  SimulatedTable(
      Table table,
      Scheduler scheduler,
      Chance chance,
      Tally tally,
      Faults faults,
      Observer observer) {
    this.table = table;
    this.scheduler = scheduler;
    this.chance = chance;
    this.tally = tally;
    this.faults = faults;
    this.observer = observer;
    this.index = new LaggingIndex(scheduler, chance);
  }

  /** Puts there what is there before anything happens. */
  void prepare(Consumer<Table> preparation) {
    preparation.accept(table);
  }

  /** From now on nothing goes wrong, and the index is up to date. */
  void calmDown() {
    faults = Faults.NONE;
    index.catchUp();
  }

  /** For the model: the item as it is now. */
  @Nullable Item peek(Key key) {
    return table.get(key);
  }

  /** For the model: all items of a partition. */
  List<Item> peek(String pk) {
    return table.query(pk, "", null, Integer.MAX_VALUE);
  }

  /** Removes what DynamoDB may have removed by now: items past their time to live, or some. */
  void expire(long epochSecond) {
    expiring
        .entrySet()
        .removeIf(entry -> {
          boolean goes = entry.getValue() <= epochSecond && chance.percent(70);
          if (goes) {
            table.transact(List.of(new Write.Delete(entry.getKey(), Condition.none())));
            tally.add("event: item expired");
          }
          return goes;
        });
  }

  private <T extends @Nullable Object> T call(String name, Object subject, Supplier<T> call) {
    scheduler.point();
    boolean isUnderFaults = !faults.equals(Faults.NONE);
    if (isUnderFaults && chance.percent(faults.busy())) {
      tally.add("fault: busy");
      observer.called(name, subject, "busy");
      throw new TableBusy("injected: busy", null);
    }
    boolean dies = isUnderFaults && chance.percent(faults.crash());
    if (dies && chance.percent(50)) {
      tally.add("fault: crash before a call");
      observer.called(name, subject, "crash before");
      throw new Faults.Crash();
    }
    T answer;
    try {
      answer = call.get();
    } catch (WriteRefused e) {
      tally.add("fault: condition failed");
      observer.called(name, subject, "refused");
      scheduler.point();
      throw e;
    }
    if (dies) {
      tally.add("fault: crash after a call");
      observer.called(name, subject, "crash after");
      throw new Faults.Crash();
    }
    observer.called(name, subject, "");
    scheduler.point();
    if (isUnderFaults && chance.percent(faults.lost())) {
      tally.add("fault: answer lost");
      observer.called(name, subject, "answer lost");
      throw new TableBusy("injected: the answer was lost", null);
    }
    return answer;
  }

  @Override
  public @Nullable Item get(Key key) {
    return this.<@Nullable Item>call("get", key, () -> table.get(key));
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    return call(
        "getAll",
        keys,
        () -> {
          List<Item> items = new ArrayList<>(keys.size());
          int read = 0;
          for (Key key : keys) {
            if (read++ % ITEMS_AT_ONCE == 1) {
              scheduler.point();
            }
            Item item = table.get(key);
            if (item != null) {
              items.add(item);
            }
          }
          return items;
        });
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    return call(
        "query",
        pk + " " + prefix,
        () -> {
          List<Item> items = new ArrayList<>();
          String last = after;
          while (items.size() < limit) {
            int most = Math.min(ITEMS_AT_ONCE, limit - items.size());
            List<Item> part = table.query(pk, prefix, last, most);
            items.addAll(part);
            if (part.size() < most) {
              break;
            }
            last = Attributes.of(part.getLast()).text("sk");
            scheduler.point();
          }
          return items;
        });
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    return call("scan", sk, () -> table.scan(sk, after, limit));
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    return call("due", shard, () -> index.query(shard, from, to, after, limit));
  }

  @Override
  public void transact(List<Write> writes) {
    call(
        "transact",
        writes,
        () -> {
          Map<Key, @Nullable Item> before = new HashMap<>();
          writes.forEach(write -> before.put(write.key(), table.get(write.key())));
          table.transact(writes);
          List<Change> changes = new ArrayList<>(writes.size());
          for (Write write : writes) {
            if (!(write instanceof Write.Check)) {
              Change change =
                  new Change(write.key(), before.get(write.key()), table.get(write.key()));
              changes.add(change);
              index.changed(change);
              AttributeValue ttl =
                  change.after() == null ? null : change.after().values().get("ttl");
              if (ttl != null) {
                expiring.put(change.key(), Long.parseLong(ttl.n()));
              }
            }
          }
          observer.committed(writes, changes);
          return writes;
        });
  }
}
