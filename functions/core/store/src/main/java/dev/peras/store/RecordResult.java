package dev.peras.store;

import dev.peras.engine.detectors.Warning;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import java.util.List;

/**
 * The result of a request to record usage.
 *
 * @param events in the order of the request
 * @param raised the warnings that this request raised
 */
public record RecordResult(Session session, List<Entry> events, List<Warning> raised) {
  /**
   * An event's place in the ledger.
   *
   * @param duplicate it had been counted before, and this time was not
   * @param late it arrived after its session had ended, or after its own month had closed
   */
  public record Entry(String eventId, long step, Usd cost, boolean duplicate, boolean late) {}
}
