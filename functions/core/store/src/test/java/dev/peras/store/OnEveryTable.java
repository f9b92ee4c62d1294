package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;
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
}
