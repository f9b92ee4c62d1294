package dev.peras.store;

class MemoryAlertsTest extends AlertsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
