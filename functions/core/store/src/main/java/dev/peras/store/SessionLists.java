package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lists sessions: one customer's by the pointers in the customer's partition, all by reading the
 * whole table, which is for support and not for polling.
 */
final class SessionLists {
  private static final int PAGE = 100;
  private static final int ITEMS_PER_SCAN = 1000;
  private static final String OPEN = "OPEN#";
  private static final String ENDED = "ENDED#";

  private final Table table;

  SessionLists(Table table) {
    this.table = table;
  }

  Page<Session> page(
      @Nullable String customerId, @Nullable Boolean ended, @Nullable String cursor) {
    Key after = Cursors.key(cursor);
    return customerId == null ? ofAll(ended, after) : ofCustomer(customerId, ended, after);
  }

  private Page<Session> ofAll(@Nullable Boolean ended, @Nullable Key after) {
    List<Session> sessions = new ArrayList<>();
    Key next = after;
    do {
      Table.Scanned part = table.scan(Keys.SESSION_SK, next, ITEMS_PER_SCAN);
      for (Item item : part.items()) {
        addWhere(sessions, SessionItem.read(item), ended);
      }
      next = part.next();
    } while (next != null && sessions.size() < PAGE);
    return new Page<>(sessions, next == null ? null : Cursors.ofKey(next));
  }

  private Page<Session> ofCustomer(
      String customerId, @Nullable Boolean ended, @Nullable Key after) {
    String pk = Keys.customer(customerId);
    if (after != null && !after.pk().equals(pk)) {
      throw Refusal.because(new Reason.UnknownCursor());
    }
    String last = after == null ? "" : after.sk();
    List<Session> sessions = new ArrayList<>();
    // Open sessions come first; one that ends meanwhile is found among the ended.
    for (String prefix : prefixes(ended, last)) {
      String from = last.startsWith(prefix) ? last : null;
      List<Item> pointers = table.query(pk, prefix, from, PAGE);
      sessions.addAll(sessions(pointers, prefix, ended));
      if (pointers.size() == PAGE) {
        return new Page<>(sessions, Cursors.ofKey(pointers.getLast().key()));
      }
    }
    return new Page<>(sessions, null);
  }

  /** The kinds of pointers that are still to be read. */
  private static List<String> prefixes(@Nullable Boolean ended, String last) {
    if (ended != null) {
      return List.of(ended ? ENDED : OPEN);
    }
    return last.startsWith(ENDED) ? List.of(ENDED) : List.of(OPEN, ENDED);
  }

  /** The sessions behind pointers, each under the pointer of its first month only. */
  private List<Session> sessions(List<Item> pointers, String prefix, @Nullable Boolean ended) {
    List<Key> keys = pointers.stream().map(p -> Keys.session(id(p))).distinct().toList();
    Map<String, Session> byId = new HashMap<>();
    for (Item item : table.getAll(keys)) {
      Session session = SessionItem.read(item);
      byId.put(session.id(), session);
    }
    List<Session> sessions = new ArrayList<>();
    for (Item pointer : pointers) {
      Session session = Objects.requireNonNull(byId.get(id(pointer)));
      PeriodShare first = session.periods().getFirst();
      boolean isFirst = pointer.text("sk").startsWith(prefix + first.period() + "#");
      boolean isOfKind = session.isEnded() == prefix.equals(ENDED);
      if (isFirst && isOfKind) {
        addWhere(sessions, session, ended);
      }
    }
    return sessions;
  }

  /** Sort keys are {@code OPEN#2026-11#id}; ids have no {@code #}. */
  private static String id(Item pointer) {
    String sk = pointer.text("sk");
    return sk.substring(sk.lastIndexOf('#') + 1);
  }

  private static void addWhere(List<Session> sessions, Session session, @Nullable Boolean ended) {
    if (ended == null || session.isEnded() == ended) {
      sessions.add(session);
    }
  }
}
