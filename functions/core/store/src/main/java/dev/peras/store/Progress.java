package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Item;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of one operation have learned. What a refused write has shown is used by the
 * very next attempt or not at all: after a pause it says what was, not what is. Not thread-safe.
 */
final class Progress {
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final Map<AccountKey, Account> shownAccounts = new HashMap<>();
  private final Map<String, Session> shownSessions = new HashMap<>();
  private boolean pulled;

  Progress(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /** How long the operation has taken so far. */
  Duration age() {
    return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
  }

  /** Keeps what a refusal has shown. */
  void learn(WriteRefused refused) {
    for (Item item : refused.items()) {
      String sk = item.key().sk();
      if (sk.equals(Keys.ACCOUNT_SK)) {
        Account account = AccountItem.read(item);
        shownAccounts.put(account.key(), account);
      } else if (sk.equals(Keys.SESSION_SK)) {
        Session session = SessionItem.read(item);
        shownSessions.put(session.id(), session);
      }
    }
  }

  /** Time has passed: what was shown is worth nothing now. */
  void forget() {
    shownAccounts.clear();
    shownSessions.clear();
  }

  @Nullable Account takeAccount(AccountKey key) {
    return shownAccounts.remove(key);
  }

  @Nullable Session takeSession(String sessionId) {
    return shownSessions.remove(sessionId);
  }

  /** Whether others have given back for this operation already. */
  boolean hasPulled() {
    return pulled;
  }

  void pulled() {
    pulled = true;
  }
}
