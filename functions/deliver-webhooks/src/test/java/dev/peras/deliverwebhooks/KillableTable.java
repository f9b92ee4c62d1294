package dev.peras.deliverwebhooks;

import dev.peras.table.ForwardingTable;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A table whose user dies at one of its transactions, just before or just after it. */
final class KillableTable extends ForwardingTable {
  /** Ends all that the process was at: nothing catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final AtomicInteger transactions = new AtomicInteger();
  private int killAt;
  private boolean killAfter;
  private volatile boolean killed;

  KillableTable(Table table) {
    super(table);
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
}
