package dev.peras.table;

import dev.peras.embedded.EmbeddedTable;
import org.junit.jupiter.api.AfterEach;

class EmbeddedTableInMemoryTest extends TableContract {
  private EmbeddedTable table = EmbeddedTable.inMemory(EmbeddedTable.Observer.NONE);

  @Override
  Table newTable() {
    return table;
  }

  @AfterEach
  void close() {
    table.close();
  }
}
