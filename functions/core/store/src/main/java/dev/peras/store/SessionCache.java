package dev.peras.store;

import dev.peras.engine.sessions.Session;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that this process saw last, so that most records need no read. A copy may be out of
 * date: every write is conditional on the version it was computed from. Thread-safe.
 */
final class SessionCache {
  /**
   * A session as last seen.
   *
   * @param contended someone else writes it too: reading it first is cheaper than being refused
   */
  private record Seen(Session session, boolean contended) {}

  /** The ones used last, in the order of their use. */
  private final Map<String, Seen> seen;

  SessionCache(long size) {
    this.seen =
        Collections.synchronizedMap(
            new LinkedHashMap<>(16, 0.75f, true) {
              private static final long serialVersionUID = 1L;

              @Override
              protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
                return size() > size;
              }
            });
  }

  /** A copy worth trying without a read; null where a read is better. */
  @Nullable Session cached(String sessionId) {
    Seen last = seen.get(sessionId);
    return last == null || last.contended() ? null : last.session();
  }

  void put(Session session, boolean contended) {
    seen.put(session.id(), new Seen(session, contended));
  }

  void forget(String sessionId) {
    seen.remove(sessionId);
  }
}
