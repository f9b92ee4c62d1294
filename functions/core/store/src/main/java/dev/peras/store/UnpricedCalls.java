package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have happened and have no price: money that is gone and not known yet. They wait here,
 * in the order of their models, until a price is set, and are recorded then as they were sent. Each
 * counts once: its item goes only after its event is in the ledger. Thread-safe.
 */
public final class UnpricedCalls {
  private static final int PAGE = 100;

  private final Table table;
  private final Sessions sessions;
  private final Retry retry;
  private final InstantSource clock;

  UnpricedCalls(Table table, Sessions sessions, Retry retry, InstantSource clock) {
    this.table = table;
    this.sessions = sessions;
    this.retry = retry;
    this.clock = clock;
  }

  /** Keeps events of a session aside; those that are kept already stay as they are. */
  public void keep(String sessionId, List<UsageEvent> events) {
    Session session = sessions.lastSeen(sessionId);
    String customerId = session == null ? "default" : session.terms().customerId();
    for (UsageEvent event : events) {
      Write write =
          UnpricedItem.create(new UnpricedCall(sessionId, customerId, event, clock.instant()));
      boolean unused =
          retry.untilDone(() -> {
            try {
              table.transact(List.of(write));
              return true;
            } catch (WriteRefused kept) {
              return false;
            }
          });
    }
  }

  /** Calls that wait, by model. */
  public Page<UnpricedCall> list(@Nullable String cursor) {
    return retry.untilDone(() -> {
      List<Item> items =
          table.query(Keys.UNPRICED_PK, Keys.UNPRICED_PREFIX, after(cursor), PAGE + 1);
      List<UnpricedCall> calls = items.stream().limit(PAGE).map(UnpricedItem::read).toList();
      return new Page<>(
          calls, items.size() <= PAGE ? null : Cursors.ofText(items.get(PAGE - 1).key().sk()));
    });
  }

  private static @Nullable String after(@Nullable String cursor) {
    return cursor == null ? null : Cursors.text(cursor);
  }

  /**
   * Records those that have a price by now.
   *
   * @param hasTime false to stop; the rest waits for the next time
   * @return how many were recorded
   */
  public int settle(BooleanSupplier hasTime) {
    int settled = 0;
    String after = null;
    while (hasTime.getAsBoolean()) {
      String from = after;
      List<Item> items =
          retry.untilDone(() -> table.query(Keys.UNPRICED_PK, Keys.UNPRICED_PREFIX, from, PAGE));
      for (Item item : items) {
        if (!hasTime.getAsBoolean()) {
          return settled;
        }
        settled += settle(item) ? 1 : 0;
      }
      if (items.size() < PAGE) {
        return settled;
      }
      after = items.getLast().key().sk();
    }
    return settled;
  }

  private boolean settle(Item item) {
    UnpricedCall call = UnpricedItem.read(item);
    try {
      record(call, call.sessionId());
    } catch (Refusal refusal) {
      switch (refusal.reason()) {
        case Reason.SessionClosed closed -> {
          if (!recordLater(call)) {
            return false;
          }
        }
        // It was recorded before, by somebody who could not remove it.
        case Reason.EventConflict recorded -> {}
        case Reason.TryAgain later -> throw refusal;
        default -> {
          return false;
        }
      }
    }
    Key key = item.key();
    List<Write> removal = new ArrayList<>();
    removal.add(new Write.Delete(key, Condition.none()));
    boolean unused =
        retry.untilDone(() -> {
          table.transact(removal);
          return true;
        });
    return true;
  }

  private void record(UnpricedCall call, String sessionId) {
    RecordResult unused = sessions.record(sessionId, List.of(call.event()));
  }

  /** Its session took no more: the call counts in one that is opened for what came so late. */
  private boolean recordLater(UnpricedCall call) {
    String id = call.sessionId().substring(0, Math.min(120, call.sessionId().length())) + ":late";
    Session opened =
        sessions.open(
            new StartRequest(
                id, call.customerId(), null, null, null, null, Map.of(), Hash.of("late " + id)));
    if (!opened.terms().customerId().equals(call.customerId())) {
      return false;
    }
    try {
      record(call, id);
      return true;
    } catch (Refusal refusal) {
      return refusal.reason() instanceof Reason.EventConflict;
    }
  }
}
