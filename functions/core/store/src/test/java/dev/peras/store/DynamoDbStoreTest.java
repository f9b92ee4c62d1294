package dev.peras.store;

import dev.peras.table.DynamoDbTable;
import dev.peras.table.Table;
import dev.peras.testing.DynamoDbEmulator;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The emulator takes minutes for it: {@code -Demulator=all} runs it, or {@code make test-emulator}.
 */
@EnabledIfSystemProperty(named = "emulator", matches = "all")
class DynamoDbStoreTest extends StoreContract {
  @Override
  Table newTable() {
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    return new DynamoDbTable(emulator.client(), emulator.newTable());
  }
}
