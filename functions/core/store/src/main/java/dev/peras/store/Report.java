package dev.peras.store;

import dev.peras.engine.budgets.Limits;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.ModelSum;
import dev.peras.engine.usage.Tokens;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;

/**
 * The report of a customer's month.
 *
 * @param byTask cost per task; sessions without one are under ""
 * @param warnings of the sessions that started in this month
 * @param topSessions the most expensive first
 */
public record Report(
    String customerId,
    YearMonth period,
    Limits limits,
    Totals totals,
    Map<String, ModelSum> byModel,
    Map<String, Usd> byTask,
    Map<WarningType, Long> warnings,
    List<TopSession> topSessions) {

  /**
   * The month as a whole.
   *
   * @param sessions how many had a part in it
   */
  public record Totals(Usd cost, long sessions, Tokens tokens) {}

  /** A session's part of the month. */
  public record TopSession(String sessionId, String task, Usd cost) {}
}
