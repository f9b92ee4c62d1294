package dev.peras.table;

import dev.peras.embedded.EmbeddedTable;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedTableTest extends TableContract {
  @TempDir private Path directory;
  private EmbeddedTable table = EmbeddedTable.inMemory(EmbeddedTable.Observer.NONE);

  @Override
  Table newTable() {
    table = EmbeddedTable.open(directory, EmbeddedTable.Observer.NONE);
    return table;
  }

  @AfterEach
  void close() {
    table.close();
  }
}
