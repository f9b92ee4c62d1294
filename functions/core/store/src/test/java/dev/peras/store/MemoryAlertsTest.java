package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemoryAlertsTest extends AlertsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
