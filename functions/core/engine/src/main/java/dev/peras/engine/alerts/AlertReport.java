package dev.peras.engine.alerts;

import dev.peras.engine.money.Usd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it is sent: with its number, and with the models and sessions that the money was
 * spent on.
 *
 * @param sequence numbers a customer's alerts 1, 2, 3, ...; they may arrive in another order
 * @param projected the spend of the whole month at this rate; null where the alert is about a
 *     session
 * @param topModels the most expensive models first
 * @param topSessions the most expensive sessions first
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
