package dev.peras.store;

import dev.peras.engine.sessions.Session;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where calls are counted that may be reported in several ways: by a trace and a log, by an SDK and
 * an instrumentation around it, by an agent and its gateway. Thread-safe.
 *
 * <p>The first reporter of a call decides which event of which session counts it; later ones are
 * led there, where the event's id makes it count once. A crash in between loses nothing: the next
 * reporter records it. Sightings are of one scope: what one customer's key reports can't take away
 * what another one's does.
 */
public final class Sightings {
  /** As long as the events themselves are remembered. */
  private static final Duration RETENTION =
      Session.MAX_LIFETIME.plus(Session.LATE_WINDOW).plus(Duration.ofDays(7));

  private final Table table;
  private final Retry retry;
  private final InstantSource clock;

  Sightings(Table table, Retry retry, InstantSource clock) {
    this.table = table;
    this.retry = retry;
    this.clock = clock;
  }

  /**
   * Notes what was seen, unless it has been seen before.
   *
   * @param scope a customer's, or the deployment's
   * @return the first sighting of each key: the one given, or an earlier one
   */
  public Map<String, Sighting> first(String scope, List<Sighting> seen) {
    Map<String, Sighting> first = new HashMap<>();
    Map<String, Sighting> left = new LinkedHashMap<>();
    seen.forEach(sighting -> left.putIfAbsent(sighting.key(), sighting));
    while (!left.isEmpty()) {
      List<Sighting> batch = left.values().stream().limit(Table.MAX_WRITES).toList();
      Map<String, Sighting> known = retry.untilDone(() -> note(scope, batch));
      first.putAll(known);
      left.keySet().removeAll(known.keySet());
    }
    return first;
  }

  /** Notes all of these, or learns which of them have been seen before. */
  private Map<String, Sighting> note(String scope, List<Sighting> batch) {
    Map<String, Sighting> known = new HashMap<>();
    long ttl = clock.instant().plus(RETENTION).getEpochSecond();
    List<Write> writes = new ArrayList<>(batch.size());
    for (Sighting sighting : batch) {
      writes.add(
          new Write.Put(
              Item.at(Keys.sighting(scope, sighting.key()))
                  .put("session", sighting.sessionId())
                  .put("event", sighting.eventId())
                  .put("source", sighting.source())
                  .put("reporter", sighting.reporter())
                  .put("ttl", ttl)
                  .item(),
              Condition.absent()));
    }
    try {
      table.transact(writes);
      batch.forEach(sighting -> known.put(sighting.key(), sighting));
    } catch (WriteRefused refused) {
      for (Sighting sighting : batch) {
        Key key = Keys.sighting(scope, sighting.key());
        Item item = refused.item(key);
        if (item != null) {
          known.put(sighting.key(), Sighting.read(sighting.key(), item));
        }
      }
      if (known.isEmpty()) {
        throw new Conflict("sightings were noted and removed");
      }
    }
    return known;
  }
}
