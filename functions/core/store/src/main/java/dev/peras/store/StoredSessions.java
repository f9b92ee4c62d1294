package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions in the table, with the copies that this process saw last. Thread-safe. */
final class StoredSessions {
  private final Table table;
  private final SessionCache cache;
  private final InstantSource clock;

  StoredSessions(Table table, SessionCache cache, InstantSource clock) {
    this.table = table;
    this.cache = cache;
    this.clock = clock;
  }

  Table table() {
    return table;
  }

  /** In whole milliseconds, which is what items keep. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Nullable Session find(String sessionId) {
    Item item = table.get(Keys.session(sessionId));
    return item == null ? null : SessionItem.read(item);
  }

  Session read(String sessionId) {
    Session session = find(sessionId);
    if (session == null) {
      throw Refusal.because(new Reason.SessionNotFound(sessionId));
    }
    return session;
  }

  /** A copy worth trying without a read; null where a read is better. */
  @Nullable Session cached(String sessionId) {
    return cache.cached(sessionId);
  }

  /**
   * Remembers a session as it is stored now.
   *
   * @param contended someone else writes it too
   */
  void remember(Session session, boolean contended) {
    cache.put(session, contended);
  }

  /** Writes what a session changes with; the session must not have changed since it was read. */
  void commit(String sessionId, List<Write> writes) {
    cache.forget(sessionId);
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      throw changed(sessionId);
    }
  }

  /** Forgets a session that is about to change in a way that is not remembered. */
  void forget(String sessionId) {
    cache.forget(sessionId);
  }

  static Conflict changed(String sessionId) {
    return new Conflict("session " + sessionId + " is written by others");
  }

  /** The session as a refusal shows it; null where the refusal was not about it. */
  static @Nullable Session sessionIn(WriteRefused refused, String sessionId) {
    Item item = refused.item(Keys.session(sessionId));
    return item == null ? null : SessionItem.read(item);
  }
}
