package dev.peras.engine.alerts;

import dev.peras.engine.money.Usd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it is told: with its number, and with what the money went into.
 *
 * @param sequence numbers a customer's alerts 1, 2, 3, ...; they may arrive in another order
 * @param projected what the month comes to if it goes on like this; null where the alert is about a
 *     session
 * @param topModels the dearest models, dearest first
 * @param topSessions the dearest sessions, dearest first
 */
public record AlertReport(
    Alert alert,
    long sequence,
    @Nullable Usd projected,
    List<Cost> topModels,
    List<Cost> topSessions) {

  /** What a model or a session cost. */
  public record Cost(String name, Usd cost) {}

  public AlertReport {
    topModels = List.copyOf(topModels);
    topSessions = List.copyOf(topSessions);
  }
}
