package dev.peras.bench;

import dev.peras.embedded.EmbeddedTable;
import dev.peras.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The embedded table in a directory of its own, each commit on disk. */
public final class TableOnDisk implements AutoCloseable {
  private final Path directory;
  private final EmbeddedTable table;

  public TableOnDisk() {
    try {
      directory = Files.createTempDirectory("peras-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    table = EmbeddedTable.open(directory, EmbeddedTable.Observer.NONE);
  }

  public Table table() {
    return table;
  }

  @Override
  public void close() {
    table.close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
