package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemoryLessonsTest extends LessonsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
