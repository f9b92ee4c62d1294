package dev.peras.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.peras.engine.Session;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that this process saw last, so that a record need not read its session first. Only a
 * guess: every write is conditional on the version it was computed from. Thread-safe.
 */
final class SessionCache {
  /**
   * A session as last seen.
   *
   * @param contended someone else writes it too: reading it first is cheaper than being refused
   */
  private record Seen(Session session, boolean contended) {}

  private final Cache<String, Seen> seen;

  SessionCache(long size) {
    this.seen = Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
  }

  /** What is worth a try without reading; null where reading is better. */
  @Nullable Session guess(String sessionId) {
    Seen last = seen.getIfPresent(sessionId);
    return last == null || last.contended() ? null : last.session();
  }

  void put(Session session, boolean contended) {
    seen.put(session.id(), new Seen(session, contended));
  }

  void forget(String sessionId) {
    seen.invalidate(sessionId);
  }
}
