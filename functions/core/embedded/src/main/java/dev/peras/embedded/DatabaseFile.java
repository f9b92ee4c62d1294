package dev.peras.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The database of a directory: made if there is none, and looked at closely if there is one. */
final class DatabaseFile {
  private static final String NAME = "peras.db";
  private static final String LOG = NAME + "-wal";

  /** What DynamoDB Local, which Peras 0.1.0 ran on, called its file. */
  private static final String OF_0_1_0 = "shared-local-instance.db";

  private final Path directory;
  private final Path path;

  private DatabaseFile(Path directory) {
    this.directory = directory;
    this.path = directory.resolve(NAME);
  }

  /**
   * @throws CannotOpenException if what is there is not ours, not whole, or cannot be used
   */
  static DatabaseFile in(Path directory) {
    var file = new DatabaseFile(directory);
    file.orSay(() -> {
      file.prepare();
      return file;
    });
    return file;
  }

  private void prepare() throws IOException, SQLException {
    if (!Files.exists(path)) {
      if (Files.exists(directory.resolve(OF_0_1_0))) {
        throw new CannotOpenException(
            ("%s holds data of Peras 0.1.0, which this version does not read. Set DATA_DIR to"
                    + " another directory, or move this one away to begin anew.")
                .formatted(directory));
      }
      if (Files.exists(directory.resolve(LOG)) || acknowledged() > 0) {
        throw new CannotOpenException("%s is missing. %s".formatted(path, WHAT_TO_DO));
      }
      create();
    }
    if (Files.size(path) == 0) {
      throw damaged("it is empty");
    }
    try (Sqlite database = openUnchecked()) {
      check(database);
    }
  }

  /** Under another name until it is whole, so that a kill leaves nothing half made. */
  private void create() throws IOException, SQLException {
    Path draft = directory.resolve(NAME + ".new");
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(directory.resolve(NAME + ".new" + suffix));
    }
    Sqlite.create(url(draft));
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Some systems cannot force a directory, and need not.
    }
  }

  private Sqlite openUnchecked() throws SQLException {
    Sqlite.Identity found = Sqlite.identity(url(path));
    if (found.application() != Sqlite.APPLICATION_ID) {
      throw new CannotOpenException(
          "%s is not a database of Peras. Set DATA_DIR to another directory.".formatted(path));
    }
    if (found.format() != Sqlite.FORMAT) {
      throw new CannotOpenException(
          "%s was written by another version of Peras (format %d, this one has %d). Use that version, or set DATA_DIR to another directory."
              .formatted(path, found.format(), Sqlite.FORMAT));
    }
    return Sqlite.open(url(path));
  }

  private void check(Sqlite database) throws IOException, SQLException {
    long there = database.commits();
    long answered = acknowledged();
    if (there < answered) {
      throw damaged(
          "of %d changes that were acknowledged the last %d are not in it: %s is damaged or gone"
              .formatted(answered, answered - there, directory.resolve(LOG)));
    }
    // Says so at once if nothing can be written.
    database.begin();
    database.rollBack();
  }

  private long acknowledged() throws IOException {
    return Acknowledged.in(directory.resolve("acknowledged"));
  }

  /** A connection to it. */
  Sqlite connect() throws SQLException {
    return Sqlite.open(url(path));
  }

  Sqlite connectOrSay() {
    return orSay(this::connect);
  }

  Acknowledged acknowledging() {
    return orSay(() -> Acknowledged.open(directory.resolve("acknowledged")));
  }

  private static String url(Path path) {
    // As a URI, since a question mark in a plain path would begin parameters.
    return "jdbc:sqlite:" + path.toUri();
  }

  private <T> T orSay(Callable<T> action) {
    try {
      return action.call();
    } catch (SQLiteException e) {
      if (isDamage(e)) {
        throw damaged(String.valueOf(e.getMessage()));
      }
      throw unusable(e);
    } catch (Damaged e) {
      throw damaged(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw unusable(e);
    }
  }

  private CannotOpenException unusable(Exception e) {
    return new CannotOpenException(
        "%s cannot be used (%s). Set DATA_DIR to a directory that can be written, or to memory."
            .formatted(path, e.getMessage()),
        e);
  }

  private static final String WHAT_TO_DO =
      "Put a copy of the whole directory back, or move the directory away to begin anew.";

  CannotOpenException damaged(String how) {
    return new CannotOpenException("%s is damaged (%s). %s".formatted(path, how, WHAT_TO_DO));
  }

  /** Whether SQLite says that a file is not what it wrote. */
  static boolean isDamage(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) {
      return false;
    }
    int code = sqlite.getResultCode().code & 0xFF;
    return code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || code == SQLiteErrorCode.SQLITE_NOTADB.code;
  }
}
