package dev.peras.store;

import dev.peras.table.MemoryTable;
import dev.peras.table.Table;

class MemorySightingsTest extends SightingsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
