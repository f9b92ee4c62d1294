package dev.peras.store;

class MemoryTableTest extends TableContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
