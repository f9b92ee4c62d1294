package dev.peras.store;

import dev.peras.table.Table;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedKeysTest extends KeysContract {
  @RegisterExtension private final EmbeddedTables tables = new EmbeddedTables();

  @Override
  Table newTable() {
    return tables.open();
  }
}
