package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemoryKeysTest extends KeysContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
