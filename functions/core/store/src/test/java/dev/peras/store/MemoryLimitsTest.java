package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemoryLimitsTest extends LimitsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
