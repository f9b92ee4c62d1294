package dev.peras.store;

import dev.peras.engine.Refusal;
import dev.peras.engine.Session;
import dev.peras.engine.Step;
import dev.peras.engine.UsageEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts, meters and ends sessions. */
public interface Sessions {
  /**
   * Starts a session, or finds the one that the same request started before.
   *
   * @throws Refusal SESSION_EXISTS, CUSTOMER_CAP_REACHED, UNKNOWN_MODEL
   */
  Started start(StartRequest request);

  /**
   * Records usage events, each once however often it is sent.
   *
   * @throws Refusal SESSION_NOT_FOUND, SESSION_CLOSED, UNKNOWN_MODEL, OCCURRED_AT_IN_FUTURE,
   *     EVENT_CONFLICT: then nothing is recorded
   */
  Recorded record(String sessionId, List<UsageEvent> events);

  /** Ends a session; one that has ended stays as it is. */
  Session end(String sessionId);

  /** A session with its customer's standing of this moment. */
  Session get(String sessionId);

  /**
   * Sessions, of one customer or of all.
   *
   * @param ended null for open and ended ones
   */
  Page<Session> list(@Nullable String customerId, @Nullable Boolean ended, @Nullable String cursor);

  /** A session's steps in order. */
  Page<Step> ledger(String sessionId, @Nullable String cursor);
}
