package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemoryUpgradeTest extends UpgradeContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
