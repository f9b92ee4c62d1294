package dev.peras.engine.alerts;

import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that people want to hear of, once. Immutable. */
public sealed interface Alert {

  /** Stands for a session's budget among thresholds. */
  String BUDGET = "budget";

  /** Stands for a first refusal among thresholds. */
  String BLOCKED = "blocked";

  /**
   * What every alert has.
   *
   * @param id derives from what happened, so that the same thing never makes two alerts
   * @param at when it happened
   * @param period the customer's month that it happened in
   */
  record Head(String id, AlertType type, Instant at, String customerId, YearMonth period) {}

  /**
   * About a customer's month.
   *
   * @param state where the month stands since
   * @param thresholds the labels of those that were crossed, or that have recovered
   * @param spent in that month
   * @param cap null for none
   */
  record OfMonth(
      Head head, Standing.State state, List<String> thresholds, Usd spent, @Nullable Usd cap)
      implements Alert {
    public OfMonth {
      thresholds = List.copyOf(thresholds);
    }
  }

  /**
   * About a session.
   *
   * @param state where its customer's month stands since
   * @param thresholds what was crossed or noticed: {@link #BUDGET}, or a part of it, or detectors
   * @param spent by the session
   * @param cap its budget; null for none
   * @param message what a detector noticed; null for the other types
   */
  record OfSession(
      Head head,
      Standing.State state,
      List<String> thresholds,
      Usd spent,
      @Nullable Usd cap,
      @Nullable String sessionId,
      @Nullable String message)
      implements Alert {
    public OfSession {
      thresholds = List.copyOf(thresholds);
    }
  }

  /** A test of a webhook, with figures made up. */
  record Test(
      Head head, Standing.State state, List<String> thresholds, Usd spent, @Nullable Usd cap)
      implements Alert {
    public Test {
      thresholds = List.copyOf(thresholds);
    }
  }

  Head head();

  Standing.State state();

  List<String> thresholds();

  Usd spent();

  @Nullable Usd cap();

  default String id() {
    return head().id();
  }

  default AlertType type() {
    return head().type();
  }

  default Instant at() {
    return head().at();
  }

  default String customerId() {
    return head().customerId();
  }

  default YearMonth period() {
    return head().period();
  }

  /** Null where it is not about a session. */
  default @Nullable String sessionId() {
    return null;
  }

  /** Null where there is none. */
  default @Nullable String message() {
    return null;
  }

  /** Whether it tells of something that is over. */
  default boolean isGoodNews() {
    return type() == AlertType.RESOLVED
        || type() == AlertType.SESSION_RESOLVED
        || type() == AlertType.WINDOW_ENDED;
  }

  /** Whether nothing is left of what it is about. */
  default boolean endsIncident() {
    return isGoodNews() && (type() != AlertType.RESOLVED || state() == Standing.State.OK);
  }

  /**
   * How much of the cap is spent, with one decimal, rounded down so that it says 100 only at the
   * cap; null without a cap, or with one of 0.
   */
  default @Nullable BigDecimal percentage() {
    Usd cap = cap();
    return cap == null || !cap.isPositive()
        ? null
        : spent().value().movePointRight(2).divide(cap.value(), 1, RoundingMode.FLOOR);
  }

  /** What is left of the cap, at least 0; null without a cap. */
  default @Nullable Usd remaining() {
    Usd cap = cap();
    return cap == null ? null : cap.minus(spent()).max(Usd.ZERO);
  }
}
