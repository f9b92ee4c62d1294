package dev.peras.store;

import dev.peras.table.DynamoDbTable;
import dev.peras.table.Table;
import dev.peras.testing.DynamoDbEmulator;

class DynamoDbKeysTest extends KeysContract {
  @Override
  Table newTable() {
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    return new DynamoDbTable(emulator.client(), emulator.newTable());
  }
}
