package dev.peras.embedded;

import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to SQLite with the statements that a table needs. Text is compared by its bytes in
 * UTF-8, as DynamoDB compares. Not thread-safe.
 */
final class Sqlite implements AutoCloseable {
  /** "Pera", so that a file of another program is told from ours. */
  static final int APPLICATION_ID = 0x50657261;

  /** Changes with what the tables look like. */
  static final int FORMAT = 1;

  private static final String COLUMNS = "pk, sk, item, due_shard, due_at, ttl, checksum";

  private final Connection connection;
  private final Statement statement;
  private final PreparedStatement get;
  private final PreparedStatement query;
  private final PreparedStatement scan;
  private final PreparedStatement due;
  private final PreparedStatement expired;
  private final PreparedStatement insert;
  private final PreparedStatement replace;
  private final PreparedStatement replaceIndexed;
  private final PreparedStatement delete;
  private final PreparedStatement begin;
  private final PreparedStatement count;
  private final PreparedStatement commit;

  private Sqlite(Connection connection) throws SQLException {
    this.connection = connection;
    statement = connection.createStatement();
    get = prepare("SELECT " + COLUMNS + " FROM items WHERE pk = ? AND sk = ?");
    query =
        prepare(
            "SELECT %s FROM items WHERE pk = ? AND sk >= ? AND sk > ? ORDER BY sk LIMIT ?"
                .formatted(COLUMNS));
    scan =
        prepare(
            "SELECT %s FROM items WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?"
                .formatted(COLUMNS));
    due =
        prepare(
            "SELECT pk, sk, due_at FROM items WHERE due_shard = ? AND due_at BETWEEN ? AND ?"
                + " AND (due_at, pk, sk) > (?, ?, ?) ORDER BY due_at, pk, sk LIMIT ?");
    expired = prepare("SELECT pk, sk, ttl FROM items WHERE ttl <= ? LIMIT ?");
    insert =
        prepare(
            "INSERT INTO items (%s) VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?)".formatted(COLUMNS));
    replace =
        prepare("UPDATE items SET item = CAST(? AS TEXT), checksum = ? WHERE pk = ? AND sk = ?");
    replaceIndexed =
        prepare(
            "UPDATE items SET item = CAST(? AS TEXT), checksum = ?, due_shard = ?, due_at = ?,"
                + " ttl = ? WHERE pk = ? AND sk = ?");
    delete = prepare("DELETE FROM items WHERE pk = ? AND sk = ?");
    begin = prepare("BEGIN IMMEDIATE");
    count = prepare("UPDATE commits SET n = n + 1 RETURNING n");
    commit = prepare("COMMIT");
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(sql);
  }

  /** Opens a database that {@link #create} made. */
  static Sqlite open(String url) throws SQLException {
    Connection connection = connect(url);
    try {
      return new Sqlite(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A new database in memory, which goes with its only connection. */
  static Sqlite inMemory() throws SQLException {
    Connection connection = connect("jdbc:sqlite::memory:");
    create(connection);
    return new Sqlite(connection);
  }

  /** Makes an empty database, whole on disk when this returns. */
  static void create(String url) throws SQLException {
    try (Connection connection = connect(url)) {
      create(connection);
    }
  }

  /** What a file says of itself. */
  record Identity(long application, long format) {}

  static Identity identity(String url) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      return new Identity(
          number(statement, "PRAGMA application_id"), number(statement, "PRAGMA user_version"));
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  private static Connection connect(String url) throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 10000");
      // Each commit is on disk before it is answered; on macOS, too, where fsync alone is not
      // enough.
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("PRAGMA fullfsync = ON");
      statement.execute("PRAGMA checkpoint_fullfsync = ON");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "PRAGMA application_id = " + APPLICATION_ID,
              "PRAGMA user_version = " + FORMAT,
              "PRAGMA journal_mode = WAL",
              "CREATE TABLE items (pk TEXT NOT NULL, sk TEXT NOT NULL, item TEXT NOT NULL,"
                  + " due_shard TEXT, due_at INTEGER, ttl INTEGER, checksum INTEGER NOT NULL,"
                  + " PRIMARY KEY (pk, sk))",
              "CREATE INDEX due ON items (due_shard, due_at, pk, sk) WHERE due_shard IS NOT NULL",
              "CREATE INDEX ttl ON items (ttl) WHERE ttl IS NOT NULL",
              "CREATE TABLE commits (n INTEGER NOT NULL)",
              "INSERT INTO commits (n) VALUES (0)")) {
        statement.execute(sql);
      }
    }
  }

  String text(String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    }
  }

  @Nullable Row get(Key key) throws SQLException {
    get.setString(1, key.pk());
    get.setString(2, key.sk());
    try (ResultSet result = get.executeQuery()) {
      return result.next() ? row(result) : null;
    }
  }

  List<Row> query(String pk, String prefix, @Nullable String after, int limit) throws SQLException {
    query.setString(1, pk);
    query.setString(2, prefix);
    query.setString(3, after == null ? "" : after);
    query.setInt(4, limit);
    List<Row> rows = new ArrayList<>();
    try (ResultSet result = query.executeQuery()) {
      while (result.next() && result.getString(2).startsWith(prefix)) {
        rows.add(row(result));
      }
    }
    return rows;
  }

  /** Rows from a key on, that one left out. */
  List<Row> scan(@Nullable Key after, int limit) throws SQLException {
    scan.setString(1, after == null ? "" : after.pk());
    scan.setString(2, after == null ? "" : after.sk());
    scan.setInt(3, limit);
    List<Row> rows = new ArrayList<>();
    try (ResultSet result = scan.executeQuery()) {
      while (result.next()) {
        rows.add(row(result));
      }
    }
    return rows;
  }

  List<Item> due(String shard, long from, long to, @Nullable Item after, int limit)
      throws SQLException {
    due.setString(1, shard);
    due.setLong(2, from);
    due.setLong(3, to);
    due.setLong(4, after == null ? Long.MIN_VALUE : after.number(Table.DUE_AT));
    due.setString(5, after == null ? "" : after.key().pk());
    due.setString(6, after == null ? "" : after.key().sk());
    due.setInt(7, limit);
    List<Item> entries = new ArrayList<>();
    try (ResultSet result = due.executeQuery()) {
      while (result.next()) {
        entries.add(
            Item.at(new Key(result.getString(1), result.getString(2)))
                .put(Table.DUE_SHARD, shard)
                .put(Table.DUE_AT, result.getLong(3))
                .item());
      }
    }
    return entries;
  }

  /** Some of the items whose time is over, with the time at which it was, in seconds since 1970. */
  Map<Key, Long> expired(long epochSecond, int limit) throws SQLException {
    expired.setLong(1, epochSecond);
    expired.setInt(2, limit);
    Map<Key, Long> found = new LinkedHashMap<>();
    try (ResultSet result = expired.executeQuery()) {
      while (result.next()) {
        found.put(new Key(result.getString(1), result.getString(2)), result.getLong(3));
      }
    }
    return found;
  }

  private static Row row(ResultSet result) throws SQLException {
    long dueAt = result.getLong(5);
    boolean isDue = !result.wasNull();
    long ttl = result.getLong(6);
    boolean expires = !result.wasNull();
    Row row =
        new Row(
            new Key(result.getString(1), result.getString(2)),
            result.getBytes(3),
            result.getString(4),
            isDue ? dueAt : null,
            expires ? ttl : null);
    if (row.checksum() != result.getInt(7)) {
      throw new Damaged("the checksum of " + row.key() + " is wrong");
    }
    return row;
  }

  void begin() throws SQLException {
    begin.executeUpdate();
  }

  void insert(Row row) throws SQLException {
    insert.setString(1, row.key().pk());
    insert.setString(2, row.key().sk());
    insert.setBytes(3, row.json());
    setIndexed(insert, 4, row);
    insert.setInt(7, row.checksum());
    insert.executeUpdate();
  }

  /**
   * Stores a row in place of the one with its key. What it is indexed by is left as it is if equal.
   */
  void replace(Row before, Row row) throws SQLException {
    boolean isIndexedTheSame =
        Objects.equals(before.dueShard(), row.dueShard())
            && Objects.equals(before.dueAt(), row.dueAt())
            && Objects.equals(before.ttl(), row.ttl());
    PreparedStatement update = isIndexedTheSame ? replace : replaceIndexed;
    update.setBytes(1, row.json());
    update.setInt(2, row.checksum());
    if (!isIndexedTheSame) {
      setIndexed(update, 3, row);
    }
    int key = isIndexedTheSame ? 3 : 6;
    update.setString(key, row.key().pk());
    update.setString(key + 1, row.key().sk());
    update.executeUpdate();
  }

  private static void setIndexed(PreparedStatement into, int from, Row row) throws SQLException {
    into.setString(from, row.dueShard());
    setNumber(into, from + 1, row.dueAt());
    setNumber(into, from + 2, row.ttl());
  }

  private static void setNumber(PreparedStatement into, int at, @Nullable Long number)
      throws SQLException {
    if (number == null) {
      into.setNull(at, Types.INTEGER);
    } else {
      into.setLong(at, number);
    }
  }

  void delete(Key key) throws SQLException {
    delete.setString(1, key.pk());
    delete.setString(2, key.sk());
    delete.executeUpdate();
  }

  /**
   * Makes what was done since {@link #begin} durable.
   *
   * @return how many commits there were by now
   */
  long commit() throws SQLException {
    long n;
    try (ResultSet result = count.executeQuery()) {
      result.next();
      n = result.getLong(1);
    }
    commit.executeUpdate();
    return n;
  }

  /** How many commits there were. */
  long commits() throws SQLException {
    return number(statement, "SELECT n FROM commits");
  }

  void rollBack() {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // SQLite has done so by itself already.
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Closes it when nothing depends on that any more. */
  void closeQuietly() {
    try {
      close();
    } catch (SQLException e) {
      // What was committed is on disk all the same.
    }
  }
}
