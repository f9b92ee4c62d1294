package dev.peras.table;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.peras.testing.DynamoDbEmulator;

class DynamoDbTableTest extends TableContract {
  @Override
  Table newTable() {
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    return new DynamoDbTable(emulator.client(), emulator.newTable());
  }

  /** The one case of the contract that moto fails; LocalStackTableTest has it, too. */
  @Override
  void assumeThatLongNumbersAreRefused() {
    assumeFalse(DynamoDbEmulator.isMoto(), "moto takes numbers of any length");
  }
}
