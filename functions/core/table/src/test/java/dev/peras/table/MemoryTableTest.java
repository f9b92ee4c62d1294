package dev.peras.table;

class MemoryTableTest extends TableContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
