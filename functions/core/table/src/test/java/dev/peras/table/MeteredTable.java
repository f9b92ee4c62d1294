package dev.peras.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts write units, too, by {@link Capacity}. It looks at the items for that, so it is no table
 * to time.
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
      Item now = table.get(write.key());
      writeUnits +=
          write instanceof Write.Check
              ? Capacity.writeUnits(now)
              : Capacity.writeUnits(
                  new Transactions.Change(write.key(), before.get(write.key()), now));
    }
  }
}
