package dev.peras.embedded;

import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.ItemSize;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.TableBusy;
import dev.peras.table.Transactions;
import dev.peras.table.Transactions.Change;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The table in a file of this process's own. Thread-safe.
 *
 * <p>One thread writes. It takes all transactions that wait, decides each by {@link Transactions}
 * on what is there by then, and commits them together, so that many share one wait for the disk.
 * Each is answered after that: what was acknowledged outlives the process, and a transaction never
 * meets another. Readers have connections of their own and see what was committed.
 */
public final class EmbeddedTable implements Table, AutoCloseable {
  private static final int READERS = 4;
  private static final int MOST_AT_ONCE = 256;
  private static final int ROWS_AT_ONCE = 1000;

  /** How long opening waits for the whole file to be looked through; then that goes on beside. */
  private static final long CHECK_MILLIS = 1_000;

  private static final long ANSWER_SECONDS = 30;

  private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
  private final BlockingQueue<Sqlite> readers = new ArrayBlockingQueue<>(READERS);
  private final Observer observer;
  private final @Nullable DatabaseFile file;
  private final @Nullable Acknowledged acknowledged;
  private final Thread thread;

  /** Waits after what was asked for before the table was closed. */
  private final Pending end = new Pending(List.of());

  private volatile boolean isClosed;

  /** Only the writing thread uses it; null in memory, and until a failed one has been replaced. */
  private @Nullable Sqlite writer;

  private boolean fails;

  /**
   * Hears of what happens to a table. It is called by the table's own threads, and must be quick.
   */
  public interface Observer {
    /** Hears nothing. */
    Observer NONE = new Observer() {};

    /** These changes are durable now. They come in the order in which they happened. */
    default void committed(List<Change> changes) {}

    /** The data is damaged: the process should end. */
    default void damaged(String sentence) {}

    /** Writing fails from now on, or works again. */
    default void writing(String sentence) {}
  }

  /** A transaction that waits for its turn. */
  private static final class Pending {
    private final List<Write> writes;
    private final CompletableFuture<List<Change>> answer = new CompletableFuture<>();
    private List<Change> changes = List.of();
    private @Nullable RuntimeException refusal;

    Pending(List<Write> writes) {
      this.writes = List.copyOf(writes);
    }

    /** A refusal, too, is told only once what it saw is durable. */
    void answer(@Nullable RuntimeException failure) {
      RuntimeException no = failure == null ? refusal : failure;
      if (no == null) {
        answer.complete(changes);
      } else {
        answer.completeExceptionally(no);
      }
    }
  }

  private EmbeddedTable(@Nullable DatabaseFile file, Observer observer) {
    this.file = file;
    this.observer = observer;
    if (file == null) {
      acknowledged = null;
      readers.add(inMemoryDatabase());
    } else {
      acknowledged = file.acknowledging();
      for (int i = 0; i < READERS; i++) {
        readers.add(file.connectOrSay());
      }
    }
    thread = Thread.ofPlatform().daemon().name("table").start(this::write);
  }

  /**
   * Opens the table of a directory, which is made if it is empty.
   *
   * @param directory that no other process uses; it has to exist
   * @throws CannotOpenException with a sentence for a person
   */
  public static EmbeddedTable open(Path directory, Observer observer) {
    DatabaseFile file = DatabaseFile.in(directory);
    var table = new EmbeddedTable(file, observer);
    table.lookThrough(file);
    return table;
  }

  /** A table that is gone once it is closed. */
  public static EmbeddedTable inMemory(Observer observer) {
    return new EmbeddedTable(null, observer);
  }

  private static Sqlite inMemoryDatabase() {
    try {
      return Sqlite.inMemory();
    } catch (SQLException e) {
      throw new CannotOpenException("SQLite does not start: " + e.getMessage(), e);
    }
  }

  /**
   * Compares everything with its checksums. What is small is looked through before this returns.
   */
  private void lookThrough(DatabaseFile file) {
    var result = new CompletableFuture<@Nullable CannotOpenException>();
    Thread.ofPlatform()
        .daemon()
        .name("table-check")
        .start(() -> {
          CannotOpenException damage = damage(file);
          if (!result.complete(damage) && damage != null && !isClosed) {
            observer.damaged(String.valueOf(damage.getMessage()));
          }
        });
    CannotOpenException damage =
        result.completeOnTimeout(null, CHECK_MILLIS, TimeUnit.MILLISECONDS).join();
    if (damage != null) {
      close();
      throw damage;
    }
  }

  private static @Nullable CannotOpenException damage(DatabaseFile file) {
    try (Sqlite database = file.connect()) {
      String verdict = database.text("PRAGMA integrity_check(1)");
      if (!verdict.equals("ok")) {
        return file.damaged(verdict.replace('\n', ' '));
      }
      Key after = null;
      List<Row> rows;
      do {
        rows = database.scan(after, ROWS_AT_ONCE);
        after = rows.isEmpty() ? null : rows.getLast().key();
      } while (after != null);
      return null;
    } catch (Damaged e) {
      return file.damaged(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      return DatabaseFile.isDamage(e) ? file.damaged(String.valueOf(e.getMessage())) : null;
    }
  }

  private interface Read<T extends @Nullable Object> {
    T from(Sqlite database) throws SQLException;
  }

  private <T extends @Nullable Object> T read(Read<T> read) {
    if (isClosed) {
      throw new TableBusy("the table is closed", null);
    }
    Sqlite database = reader();
    try {
      return read.from(database);
    } catch (SQLException e) {
      database = replacement(database);
      throw failed("the data cannot be read: ", e);
    } catch (Damaged e) {
      throw reported(e);
    } finally {
      readers.add(database);
    }
  }

  /** What a connection is like after a failure is not known. */
  private Sqlite replacement(Sqlite failed) {
    if (file == null) {
      return failed;
    }
    try {
      Sqlite fresh = file.connect();
      failed.closeQuietly();
      return fresh;
    } catch (SQLException e) {
      return failed;
    }
  }

  private Sqlite reader() {
    try {
      return readers.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TableBusy("interrupted", e);
    }
  }

  private RuntimeException failed(String what, SQLException e) {
    return DatabaseFile.isDamage(e)
        ? reported(new Damaged(String.valueOf(e.getMessage()), e))
        : new TableBusy(what + e.getMessage(), e);
  }

  private Damaged reported(Damaged damage) {
    if (file != null) {
      observer.damaged(
          String.valueOf(file.damaged(String.valueOf(damage.getMessage())).getMessage()));
    }
    return damage;
  }

  @Override
  public @Nullable Item get(Key key) {
    return this.<@Nullable Item>read(database -> {
      Row row = database.get(key);
      return row == null ? null : row.item();
    });
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    if (new HashSet<>(keys).size() != keys.size()) {
      throw new IllegalArgumentException("a key comes twice: " + keys);
    }
    return read(database -> {
      List<Item> items = new ArrayList<>(keys.size());
      for (Key key : keys) {
        Row row = database.get(key);
        if (row != null) {
          items.add(row.item());
        }
      }
      return items;
    });
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    return read(database -> items(database.query(pk, prefix, after, limit)));
  }

  private static List<Item> items(List<Row> rows) {
    return rows.stream().map(Row::item).toList();
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    return scanAll(sk, after, limit).found();
  }

  /**
   * A part of a scan.
   *
   * @param bytes of all the items that were looked at
   */
  public record Looked(Scanned found, long bytes) {}

  /** Scans, and says how much was looked at. */
  public Looked scanAll(String sk, @Nullable Key after, int limit) {
    List<Item> looked = read(database -> items(database.scan(after, limit)));
    List<Item> found = looked.stream().filter(item -> item.key().sk().equals(sk)).toList();
    Key next = looked.size() < limit ? null : looked.getLast().key();
    return new Looked(new Scanned(found, next), looked.stream().mapToLong(ItemSize::of).sum());
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    return read(database -> database.due(shard, from, to, after, limit));
  }

  @Override
  public void transact(List<Write> writes) {
    List<Change> unused = apply(writes);
  }

  /** Makes all writes, or none, and says what they changed. */
  public List<Change> apply(List<Write> writes) {
    Transactions.validate(writes);
    var pending = new Pending(writes);
    waiting.add(pending);
    if (isClosed) {
      failAll();
    }
    try {
      return pending.answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TableBusy("interrupted", e);
    } catch (TimeoutException e) {
      throw new TableBusy("the disk does not answer", e);
    }
  }

  private void write() {
    List<Pending> batch = new ArrayList<>();
    boolean isLast = false;
    while (!isLast) {
      batch.clear();
      try {
        batch.add(waiting.take());
      } catch (InterruptedException e) {
        continue; // nobody has a reason to: it ends when it is told to
      }
      waiting.drainTo(batch, MOST_AT_ONCE - 1);
      isLast = batch.remove(end);
      if (!batch.isEmpty()) {
        writeTogether(batch);
      }
    }
    failAll();
    closeWriter();
  }

  private void failAll() {
    for (Pending left = waiting.poll(); left != null; left = waiting.poll()) {
      left.answer.completeExceptionally(new TableBusy("the table is closed", null));
    }
  }

  private void writeTogether(List<Pending> batch) {
    RuntimeException failure = null;
    try {
      Sqlite database = file == null ? reader() : writer(file);
      try {
        decideAll(database, batch);
      } finally {
        if (file == null) {
          // In memory there is one connection, which readers have between two writes.
          readers.add(database);
        }
      }
    } catch (SQLException e) {
      failure = failed("the data cannot be written: ", e);
    } catch (IOException e) {
      failure = new TableBusy("the data cannot be written: " + e.getMessage(), e);
    } catch (Damaged e) {
      failure = reported(e);
    } catch (RuntimeException e) {
      failure = e;
    }
    if (failure != null) {
      // What a connection is like after a failure is not known: the next one is new.
      closeWriter();
    }
    tell(failure);
    for (Pending pending : batch) {
      pending.answer(failure);
      if (failure == null && !pending.changes.isEmpty()) {
        observer.committed(pending.changes);
      }
    }
  }

  private Sqlite writer(DatabaseFile database) throws SQLException {
    Sqlite ready = writer == null ? database.connect() : writer;
    writer = ready;
    return ready;
  }

  private void closeWriter() {
    if (writer != null) {
      writer.closeQuietly();
      writer = null;
    }
  }

  private void decideAll(Sqlite database, List<Pending> batch) throws SQLException, IOException {
    boolean isDone = false;
    database.begin();
    try {
      boolean isChanged = false;
      for (Pending pending : batch) {
        isChanged |= store(database, pending);
      }
      commit(database, isChanged);
      isDone = true;
    } finally {
      if (!isDone) {
        database.rollBack();
      }
    }
  }

  /** Says when writing begins to fail, and when it works again. */
  private void tell(@Nullable RuntimeException failure) {
    if (failure != null && !fails) {
      observer.writing("Nothing can be recorded: " + failure.getMessage() + ".");
    } else if (failure == null && fails) {
      observer.writing("Recording works again.");
    }
    fails = failure != null;
  }

  /** Decides a transaction and stores what it changes; returns whether that is anything. */
  private static boolean store(Sqlite database, Pending pending) throws SQLException {
    try {
      pending.changes = store(database, pending.writes);
    } catch (WriteRefused | IllegalArgumentException e) {
      pending.refusal = e;
    }
    return !pending.changes.isEmpty();
  }

  private static List<Change> store(Sqlite database, List<Write> writes) throws SQLException {
    Map<Key, @Nullable Row> there = new HashMap<>();
    for (Write write : writes) {
      there.put(write.key(), database.get(write.key()));
    }
    List<Change> changes =
        Transactions.changes(
            writes,
            key -> {
              Row row = there.get(key);
              return row == null ? null : row.item();
            });
    // All are written out before any is stored: what cannot be leaves nothing half done.
    Map<Key, @Nullable Row> after = new LinkedHashMap<>();
    for (Change change : changes) {
      after.put(change.key(), change.after() == null ? null : Row.of(change.after()));
    }
    for (Change change : changes) {
      Row old = there.get(change.key());
      Row row = after.get(change.key());
      if (row == null) {
        database.delete(change.key());
      } else if (old == null) {
        database.insert(row);
      } else {
        database.replace(old, row);
      }
    }
    return changes;
  }

  private void commit(Sqlite database, boolean isChanged) throws SQLException, IOException {
    if (!isChanged) {
      database.rollBack();
      return;
    }
    long commits = database.commit();
    if (acknowledged != null) {
      acknowledged.set(commits);
    }
  }

  /**
   * Removes items whose time to live is over, as DynamoDB does some time after.
   *
   * @return how many
   */
  public int expire(Instant now) {
    int removed = 0;
    while (true) {
      Map<Key, Long> over = read(database -> database.expired(now.getEpochSecond(), MAX_WRITES));
      if (over.isEmpty()) {
        return removed;
      }
      List<Write> deletes = new ArrayList<>();
      over.forEach((key, ttl) ->
          deletes.add(new Write.Delete(key, new Condition.Equal(TTL, AttributeValues.of(ttl)))));
      try {
        transact(deletes);
        removed += deletes.size();
      } catch (WriteRefused e) {
        // One of them lives longer by now: it is not among those next time.
      }
    }
  }

  /** Ends after what was begun. The log is gone then: all is in the database itself. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    waiting.add(end);
    try {
      thread.join();
      for (int i = file == null ? 1 : READERS; i > 0; i--) {
        readers.take().closeQuietly();
      }
      if (acknowledged != null) {
        acknowledged.close();
      }
    } catch (IOException e) {
      // What is acknowledged is on disk already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
