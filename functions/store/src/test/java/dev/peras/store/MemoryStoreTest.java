package dev.peras.store;

class MemoryStoreTest extends StoreContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
