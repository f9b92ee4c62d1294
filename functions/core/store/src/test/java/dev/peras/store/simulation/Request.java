package dev.peras.store.simulation;

import dev.peras.engine.Refusal;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.store.Store;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Something that a client asks for. It is sent until it is answered, and sometimes again; whatever
 * the answer is, it must be one that the model can account for.
 */
abstract class Request {
  private int calls;
  private boolean isDone;

  /** A word for reports. */
  abstract String kind();

  /** Sends it and checks the answer. */
  abstract void send(Call call, Store store);

  /** Whether this refusal was right; null if it was, otherwise what is wrong with it. */
  abstract @Nullable String objection(Call call, Refusal refusal);

  /** What limits may refuse it; null where none may. */
  Agent.@Nullable Watch watch() {
    return null;
  }

  /** The session that it is about; null where it is about none. */
  @Nullable String sessionId() {
    return null;
  }

  /** The customer whose month it asks for; null where it does not. */
  @Nullable String customerOf() {
    return null;
  }

  /** The event that it asks to record; null where it does not. */
  @Nullable UsageEvent event(String itsSessionId, String eventId) {
    return null;
  }

  void called() {
    calls++;
  }

  int calls() {
    return calls;
  }

  /** It has been answered, and need not be sent again. */
  void done() {
    isDone = true;
  }

  boolean isDone() {
    return isDone;
  }

  /** What an event costs: a dollar for a million input tokens, two for output. */
  static BigDecimal cost(UsageEvent event) {
    return event.cost() != null
        ? event.cost().value()
        : BigDecimal.valueOf(event.tokens().input() + 2 * event.tokens().output(), 6);
  }
}
