package dev.peras.engine.alerts;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.budgets.Threshold;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
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
  private Alerts() {}

  /**
   * What a change of a customer's month is worth telling: thresholds that were crossed, in one
   * alert however many there are, and those that recovered.
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
   * What a session's new steps are worth telling: that it has passed its budget, and, where that is
   * wanted, what detectors noticed for the first time in it.
   */
  public static List<Alert> of(Session before, Session after, boolean warnings, Instant now) {
    List<Alert> alerts = new ArrayList<>(0);
    if (after.isOverBudget() && !before.isOverBudget()) {
      alerts.add(ofSession(AlertType.BUDGET_EXCEEDED, after, List.of(Alert.BUDGET), null, now));
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
    return alerts;
  }

  /**
   * What a webhook endpoint gets to see whether it works: an alert with figures made up.
   *
   * @param key tells one test from another
   */
  public static Alert test(String key, String customerId, YearMonth period, Instant now) {
    return new Alert(
        id(AlertType.WEBHOOK_TEST, key),
        AlertType.WEBHOOK_TEST,
        now,
        customerId,
        period,
        Standing.State.ALERTING,
        List.of("80%"),
        Usd.of("80"),
        Usd.of("100"),
        null,
        null);
  }

  private static Alert ofCustomer(
      AlertType type, Account account, List<Threshold> thresholds, Usd spent, Instant now) {
    // An account's crossings are numbered, so the same one may be told again after a recovery.
    String crossings =
        thresholds.stream()
            .map(threshold -> threshold.label() + "#" + threshold.crossing())
            .collect(Collectors.joining(","));
    return new Alert(
        id(type, account.customerId() + "/" + account.period() + "/" + crossings),
        type,
        now,
        account.customerId(),
        account.period(),
        account.standing().state(),
        thresholds.stream().map(Threshold::label).toList(),
        spent,
        account.cap(),
        null,
        null);
  }

  private static Alert ofSession(
      AlertType type,
      Session session,
      List<String> thresholds,
      @Nullable String message,
      Instant now) {
    return new Alert(
        id(type, session.id() + "/" + String.join(",", thresholds)),
        type,
        now,
        session.terms().customerId(),
        session.periods().getLast().period(),
        session.customer().state(),
        thresholds,
        session.spent(),
        session.terms().budget(),
        session.id(),
        message);
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
