package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemoryStoreTest extends StoreContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
