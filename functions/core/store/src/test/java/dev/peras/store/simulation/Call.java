package dev.peras.store.simulation;

import dev.peras.store.simulation.Model.CustomerModel;
import dev.peras.store.simulation.Model.MonthModel;
import dev.peras.store.simulation.Model.SessionModel;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One sending of a request, and what the model knew when it began. */
final class Call {
  private final Model model;
  private final Agent agent;
  private final Instance process;
  private final @Nullable SessionModel sessionBefore;
  private final BigDecimal sessionSpentBefore;
  private final Map<String, BigDecimal> monthsBefore = new HashMap<>();

  Call(Model model, Agent agent, Instance process, Request request) {
    this.model = model;
    this.agent = agent;
    this.process = process;
    String sessionId = request.sessionId();
    this.sessionBefore = sessionId == null ? null : model.session(sessionId);
    this.sessionSpentBefore = sessionBefore == null ? BigDecimal.ZERO : sessionBefore.total();
    String customerId = request.customerOf();
    CustomerModel customer = customerId == null ? null : model.customer(customerId);
    if (customer != null) {
      for (MonthModel month : customer.months.values()) {
        monthsBefore.put(month.period, month.spent);
      }
    }
  }

  Model model() {
    return model;
  }

  Agent agent() {
    return agent;
  }

  /** The time at its process, when it was sent. */
  Instant sentAt() {
    return agent.calledAt;
  }

  /** The time at its process, now. */
  Instant now() {
    return process.now();
  }

  /** The session as the model knew it when the request was sent; null where there was none. */
  @Nullable SessionModel sessionBefore() {
    return sessionBefore;
  }

  /** A figure that a session had at some moment of the call lies between these two. */
  void checkSpent(SessionModel session, BigDecimal spent) {
    BigDecimal before = session == sessionBefore ? sessionSpentBefore : BigDecimal.ZERO;
    Violation.unless(
        spent.compareTo(before) >= 0 && spent.compareTo(session.total()) <= 0,
        "I2 an answer says what was spent",
        () ->
            "%s: %s, not between %s and %s".formatted(session.id, spent, before, session.total()));
  }

  /** So does a customer's month: between two bounds, which are the same where it is exact. */
  void checkSpentOfMonth(String customerId, String period, BigDecimal spent, BigDecimal atMost) {
    MonthModel month = model.customer(customerId).month(period);
    BigDecimal before = monthsBefore.getOrDefault(period, BigDecimal.ZERO);
    Violation.unless(
        atMost.compareTo(before) >= 0 && spent.compareTo(month.spent) <= 0,
        "a month says what was spent",
        () ->
            "%s: %s to %s, not between %s and %s"
                .formatted(month, spent, atMost, before, month.spent));
  }
}
