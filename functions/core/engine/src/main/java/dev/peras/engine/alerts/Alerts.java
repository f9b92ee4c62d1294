package dev.peras.engine.alerts;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.budgets.Threshold;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which changes people want to hear of. Whoever stores a change stores its alerts with it. */
public final class Alerts {
  /** How many times its budget a session is told of once more. */
  private static final List<Integer> TIMES = List.of(2, 5, 10);

  private Alerts() {}

  /**
   * What a change of a customer's month is worth telling: thresholds that were crossed, in one
   * alert however many there are, and those that recovered. One that was taken off the list has not
   * recovered: only spend or a limit that moves makes it so.
   *
   * @param before as stored; of version 0 where nothing was
   * @param spent in that month, exactly
   */
  public static List<Alert> of(Account before, Account after, Usd spent, Instant now) {
    List<Threshold> crossed = new ArrayList<>();
    List<Threshold> recovered = new ArrayList<>();
    for (Threshold threshold : after.thresholds()) {
      boolean was = before.version() > 0 && isAlerting(before, threshold.label());
      if (threshold.alerting() && !was) {
        crossed.add(threshold);
      } else if (was && !threshold.alerting()) {
        recovered.add(threshold);
      }
    }
    List<Alert> alerts = new ArrayList<>(2);
    if (!recovered.isEmpty()) {
      alerts.add(ofCustomer(AlertType.RESOLVED, after, recovered, spent, now));
    }
    if (!crossed.isEmpty()) {
      boolean isCap = crossed.stream().anyMatch(Threshold::isCap);
      AlertType type = isCap ? AlertType.CAPPED : AlertType.THRESHOLD_REACHED;
      alerts.add(ofCustomer(type, after, crossed, spent, now));
    }
    return alerts;
  }

  /**
   * What a session's new steps are worth telling: that it has passed its budget, that it has come
   * to twice, five or ten times as much, and, where that is wanted, what detectors noticed for the
   * first time in it. What is told of a session that has ended is over at once.
   */
  public static List<Alert> of(Session before, Session after, boolean warnings, Instant now) {
    List<Alert> alerts = new ArrayList<>(0);
    List<String> crossed = crossed(before.spent(), after.spent(), after.terms().budget());
    if (!crossed.isEmpty()) {
      AlertType type =
          crossed.contains(Alert.BUDGET)
              ? AlertType.BUDGET_EXCEEDED
              : AlertType.SESSION_THRESHOLD_REACHED;
      alerts.add(ofSession(type, after, crossed, null, now));
    }
    if (warnings) {
      List<Map.Entry<WarningType, WarningSum>> fresh =
          after.warnings().entrySet().stream()
              .filter(warning -> warning.getKey() != WarningType.BUDGET_EXCEEDED)
              .filter(warning -> !before.warnings().containsKey(warning.getKey()))
              .toList();
      if (!fresh.isEmpty()) {
        List<String> types = fresh.stream().map(w -> w.getKey().wireName()).toList();
        String message =
            fresh.stream()
                .map(w -> w.getKey().wireName() + " at step " + w.getValue().firstStep())
                .collect(Collectors.joining(", "));
        alerts.add(ofSession(AlertType.SESSION_WARNING, after, types, message, now));
      }
    }
    if (after.isEnded() && !alerts.isEmpty()) {
      alerts.add(ended(after, now.plusMillis(1)));
    }
    return alerts;
  }

  private static List<String> crossed(Usd before, Usd after, @Nullable Usd budget) {
    List<String> crossed = new ArrayList<>(0);
    if (budget != null) {
      if (after.isMoreThan(budget) && !before.isMoreThan(budget)) {
        crossed.add(Alert.BUDGET);
      }
      for (int times : TIMES) {
        Usd mark = new Usd(budget.value().multiply(BigDecimal.valueOf(times)));
        if (after.isAtLeast(mark) && !before.isAtLeast(mark)) {
          crossed.add(times * 100 + "%");
        }
      }
    }
    return crossed;
  }

  /** The first hold that a session's budget refuses. */
  public static Alert sessionBlocked(Session session, Instant now) {
    return ofSession(AlertType.SESSION_BLOCKED, session, List.of(Alert.BLOCKED), null, now);
  }

  /** What was told of a session is over, since the session is. */
  public static Alert ended(Session session, Instant now) {
    String what = session.id() + "/" + session.steps();
    return new Alert.OfSession(
        head(AlertType.SESSION_RESOLVED, what, now, session),
        session.customer().state(),
        List.of(),
        session.spent(),
        session.terms().budget(),
        session.id(),
        null);
  }

  /** The first start or hold in a month that the cap refuses. */
  public static Alert blocked(
      String customerId, YearMonth period, Usd spent, Usd cap, Instant now) {
    Standing.State state = spent.isAtLeast(cap) ? Standing.State.CAPPED : Standing.State.ALERTING;
    return new Alert.OfMonth(
        new Alert.Head(
            id(AlertType.BLOCKED, customerId + "/" + period),
            AlertType.BLOCKED,
            now,
            customerId,
            period),
        state,
        List.of(Alert.BLOCKED),
        spent,
        cap);
  }

  /**
   * What was told of a month is over, since the month is.
   *
   * @param lastTold when it was told of last: a month may be told of again after its end
   */
  public static Alert windowEnded(Account account, Usd spent, Instant lastTold, Instant now) {
    String what = account.customerId() + "/" + account.period() + "/" + lastTold;
    return new Alert.OfMonth(
        new Alert.Head(
            id(AlertType.WINDOW_ENDED, what),
            AlertType.WINDOW_ENDED,
            now,
            account.customerId(),
            account.period()),
        Standing.State.OK,
        List.of(),
        spent,
        account.cap());
  }

  /**
   * What a webhook endpoint gets to see whether it works: an alert with figures made up.
   *
   * @param key tells one test from another
   */
  public static Alert test(String key, String customerId, YearMonth period, Instant now) {
    return new Alert.Test(
        new Alert.Head(
            id(AlertType.WEBHOOK_TEST, key), AlertType.WEBHOOK_TEST, now, customerId, period),
        Standing.State.ALERTING,
        List.of("80%"),
        Usd.of("80"),
        Usd.of("100"));
  }

  private static Alert ofCustomer(
      AlertType type, Account account, List<Threshold> thresholds, Usd spent, Instant now) {
    // An account's crossings are numbered, so the same one may be told again after a recovery.
    String crossings =
        thresholds.stream()
            .map(threshold -> threshold.label() + "#" + threshold.crossing())
            .collect(Collectors.joining(","));
    String what = account.customerId() + "/" + account.period() + "/" + crossings;
    return new Alert.OfMonth(
        new Alert.Head(id(type, what), type, now, account.customerId(), account.period()),
        account.standing().state(),
        thresholds.stream().map(Threshold::label).toList(),
        spent,
        account.cap());
  }

  private static Alert ofSession(
      AlertType type,
      Session session,
      List<String> thresholds,
      @Nullable String message,
      Instant now) {
    return new Alert.OfSession(
        head(type, session.id() + "/" + String.join(",", thresholds), now, session),
        session.customer().state(),
        thresholds,
        session.spent(),
        session.terms().budget(),
        session.id(),
        message);
  }

  private static Alert.Head head(AlertType type, String what, Instant now, Session session) {
    return new Alert.Head(
        id(type, what),
        type,
        now,
        session.terms().customerId(),
        session.periods().getLast().period());
  }

  private static boolean isAlerting(Account account, String label) {
    Threshold threshold = account.threshold(label);
    return threshold != null && threshold.alerting();
  }

  private static String id(AlertType type, String what) {
    Hash hash = Hash.of(type.wireName() + "/" + what);
    return "alert_" + HexFormat.of().formatHex(hash.toBytes());
  }
}
