package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Periods;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the first refusal in a month or session: an agent that holds money before each call
 * never reaches its limit, and would be stopped without anybody hearing of it. Thread-safe.
 */
final class BlockedAlerts {
  /** How many are remembered as told, so that a refusal seldom writes. */
  private static final int REMEMBERED = 10_000;

  private final StoredSessions stored;
  private final Accounts accounts;
  private final Retry retry;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  BlockedAlerts(StoredSessions stored, Accounts accounts, Retry retry) {
    this.stored = stored;
    this.accounts = accounts;
    this.retry = retry;
  }

  /** Tells of a refused hold, if a limit refused it and nobody has been told before. */
  void tell(Refusal refusal, String sessionId) {
    switch (refusal.reason()) {
      case Reason.SessionBudgetReached it ->
          tell(() -> Alerts.sessionBlocked(stored.read(sessionId), stored.now()));
      case Reason.CustomerCapReached cap ->
          tell(() -> ofMonth(cap, stored.read(sessionId).terms().zone(), stored.now()));
      default -> {
        // Nobody needs to be told.
      }
    }
  }

  /** Tells of a refused start, if the cap refused it and nobody has been told before. */
  void tellOfStart(Refusal refusal, String customerId) {
    if (refusal.reason() instanceof Reason.CustomerCapReached cap) {
      tell(() -> ofMonth(cap, accounts.limits(customerId).timeZone(), stored.now()));
    }
  }

  private void tell(Made made) {
    try {
      retry.untilDone(() -> {
        put(made.alert());
        return true;
      });
    } catch (Refusal tooBusy) {
      // The refusal stands all the same, and the next one tells.
    }
  }

  /** Makes an alert; null where there is nothing to tell. */
  @FunctionalInterface
  private interface Made {
    @Nullable Alert alert();
  }

  private static Alert ofMonth(Reason.CustomerCapReached cap, ZoneId zone, Instant now) {
    YearMonth period = Periods.of(now, zone);
    Reason.LimitFigures figures = cap.figures();
    return Alerts.blocked(cap.customerId(), period, figures.spent(), figures.limit(), now);
  }

  private void put(@Nullable Alert alert) {
    if (alert == null || told.contains(alert.id())) {
      return;
    }
    try {
      stored.table().transact(AlertItem.create(List.of(alert)));
    } catch (WriteRefused e) {
      // Somebody has told of it before.
    }
    if (told.size() >= REMEMBERED) {
      told.clear();
    }
    told.add(alert.id());
  }
}
