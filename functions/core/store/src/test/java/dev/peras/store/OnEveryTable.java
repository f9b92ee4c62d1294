package dev.peras.store;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.peras.table.DynamoDbTable;
import dev.peras.table.MemoryTable;
import dev.peras.table.Table;
import dev.peras.testing.DynamoDbEmulator;
import dev.peras.testing.MovableClock;
import org.junit.jupiter.api.BeforeEach;

/** A contract of the store, on a table of whatever kind a subclass brings, new for each test. */
abstract class OnEveryTable {
  final MovableClock clock = new MovableClock("2026-11-10T12:00:00Z");
  Table table = new MemoryTable();
  Store store = TestStore.over(table, clock);

  abstract Table newTable();

  @BeforeEach
  void open() {
    table = newTable();
    store = TestStore.over(table, clock);
  }

  /**
   * Leaves a test with many items to other tables: moto copies all of them in every transaction.
   */
  final void fillsTheTable() {
    assumeFalse(
        table instanceof DynamoDbTable && DynamoDbEmulator.isMoto(), "too many items for moto");
  }
}
