package dev.peras.store;

import dev.peras.embedded.EmbeddedTable;
import dev.peras.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tables in files of their own, for as long as a test takes. */
final class EmbeddedTables implements AfterEachCallback {
  private final List<EmbeddedTable> tables = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();

  Table open() {
    try {
      Path directory = Files.createTempDirectory("peras-table");
      directories.add(directory);
      EmbeddedTable table = EmbeddedTable.open(directory, EmbeddedTable.Observer.NONE);
      tables.add(table);
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    tables.forEach(EmbeddedTable::close);
    for (Path directory : directories) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }
}
