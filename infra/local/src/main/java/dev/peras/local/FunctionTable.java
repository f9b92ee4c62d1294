package dev.peras.local;

import dev.peras.embedded.EmbeddedTable;
import dev.peras.table.Capacity;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.TableBusy;
import dev.peras.table.Transactions.Change;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The table as one function sees it: held to the function's policy in {@code template.yaml}, and
 * with its requests counted as DynamoDB would bill them. Thread-safe.
 *
 * <p>Without it a function that asks for more than the template grants would work on every laptop
 * and fail on AWS.
 */
final class FunctionTable implements Table {
  private static final String TABLE_ARN = Template.TABLE + ".Arn";
  private static final int KEYS_PER_REQUEST = 100;

  private final EmbeddedTable table;
  private final String function;
  private final Set<Template.Permission> granted;
  private final Set<Template.Permission> used = ConcurrentHashMap.newKeySet();
  private final CapacityMeter meter = new CapacityMeter();

  FunctionTable(EmbeddedTable table, Template.Function function) {
    this.table = table;
    this.function = function.name();
    this.granted = Set.copyOf(function.permissions());
  }

  /** What the function has asked for so far: what it was granted beyond that is too much. */
  Set<Template.Permission> used() {
    return Set.copyOf(used);
  }

  CapacityMeter meter() {
    return meter;
  }

  private void needs(Template.Permission permission) {
    used.add(permission);
    if (!granted.contains(permission)) {
      throw new PolicyViolation(function, permission);
    }
  }

  private static Template.Permission onTable(String action) {
    return new Template.Permission("dynamodb:" + action, TABLE_ARN);
  }

  private static Template.Permission onIndex(String action) {
    return new Template.Permission("dynamodb:" + action, "${" + TABLE_ARN + "}/index/due");
  }

  @Override
  public @Nullable Item get(Key key) {
    needs(onTable("GetItem"));
    Item item = table.get(key);
    meter.read("GetItem", 1, Capacity.halfReadUnits(item == null ? List.of() : List.of(item)));
    return item;
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    needs(onTable("BatchGetItem"));
    List<Item> items = table.getAll(keys);
    long absent = (long) keys.size() - items.size();
    long units =
        items.stream().mapToLong(item -> Capacity.halfReadUnits(List.of(item))).sum()
            + absent * Capacity.halfReadUnits(0);
    meter.read("BatchGetItem", Math.ceilDiv(keys.size(), KEYS_PER_REQUEST), units);
    return items;
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    needs(onTable("Query"));
    List<Item> items = table.query(pk, prefix, after, limit);
    meter.read("Query", 1, Capacity.halfReadUnits(items));
    return items;
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    needs(onTable("Scan"));
    EmbeddedTable.Looked looked = table.scanAll(sk, after, limit);
    meter.read("Scan", 1, Capacity.halfReadUnits(looked.bytes()));
    return looked.found();
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    needs(onIndex("Query"));
    List<Item> entries = table.due(shard, from, to, after, limit);
    meter.read("Query", 1, Capacity.halfReadUnitsOfIndex(entries));
    return entries;
  }

  /** A transaction needs the permissions of its parts and none of its own. */
  @Override
  public void transact(List<Write> writes) {
    writes.forEach(write -> needs(onTable(action(write))));
    List<Change> changes;
    try {
      changes = table.apply(writes);
    } catch (WriteRefused e) {
      // Each part is billed by the item that it met all the same.
      long units = writes.stream().mapToLong(w -> Capacity.writeUnits(e.item(w.key()))).sum();
      meter.write("TransactWriteItems", units);
      meter.refused();
      throw e;
    } catch (TableBusy e) {
      meter.busy();
      throw e;
    }
    long checks = writes.size() - (long) changes.size();
    long units = changes.stream().mapToLong(Capacity::writeUnits).sum();
    meter.write("TransactWriteItems", units + checks * Capacity.writeUnits((Item) null));
  }

  private static String action(Write write) {
    return switch (write) {
      case Write.Put put -> "PutItem";
      case Write.Update update -> "UpdateItem";
      case Write.Delete delete -> "DeleteItem";
      case Write.Check check -> "ConditionCheckItem";
    };
  }
}
