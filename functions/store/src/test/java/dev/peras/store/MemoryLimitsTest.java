package dev.peras.store;

class MemoryLimitsTest extends LimitsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
