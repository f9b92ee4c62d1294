package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Figures;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A table of many customers in the middle of a month, to measure what depends on how many there
 * are. Each has spent a dollar of a threshold of ten, and has one open session.
 */
public final class ManyCustomers {
  /** What every customer is under. */
  public static final Limits LIMITS = TestStore.limits(null, "10");

  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(LIMITS.idleTimeoutMinutes());
  private static final int ITEMS_PER_CUSTOMER = 3;

  private final Table table;
  private final Store store;
  private final Instant now;

  /**
   * Nobody yet.
   *
   * @param store over the table, with these limits as its defaults
   */
  public ManyCustomers(Table table, Store store, InstantSource clock) {
    this.table = table;
    this.store = store;
    this.now = clock.instant();
  }

  /**
   * Writes customers straight into the table, with an open session each.
   *
   * @param idle of so many, the first, the session has been idle for longer than it may
   * @param progress hears how many there are
   */
  public void add(int customers, int idle, IntConsumer progress) {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < customers; i++) {
      Duration age = i < idle ? IDLE_TIMEOUT.multipliedBy(2) : Duration.ZERO;
      writes.addAll(customer(name(i), now.minus(age)));
      boolean isLast = i == customers - 1;
      if (writes.size() + ITEMS_PER_CUSTOMER > Table.MAX_WRITES || isLast) {
        table.transact(writes);
        writes.clear();
        progress.accept(i + 1);
      }
    }
  }

  private static List<Write> customer(String name, Instant startedAt) {
    YearMonth period = Periods.of(startedAt, LIMITS.timeZone());
    Session.Terms terms =
        new Session.Terms(
            "session-of-" + name,
            name,
            new Session.Labels("triage", Map.of()),
            TestStore.MODEL,
            null,
            null,
            new Session.Start(startedAt, LIMITS.timeZone(), Hash.of(name)));
    Usd spent = Usd.of("1");
    Account fresh = Account.open(AccountKey.ofMonth(name, period), LIMITS);
    Account account =
        new Account(
            fresh.key(),
            0,
            new Figures(spent, spent, spent, 0, spent, 1, 10),
            fresh.terms(),
            fresh.state());
    return List.of(
        AccountItem.create(account),
        SessionItem.create(Session.start(terms, account.standing()), startedAt.plus(IDLE_TIMEOUT)),
        new Write.Put(
            Item.at(Keys.open(name, period, terms.sessionId())).item(), Condition.none()));
  }

  /**
   * Puts customers at risk as it happens in use: a second session holds all the room that is left,
   * which no spending has reached yet.
   */
  public void putAtRisk(int from, int to) {
    for (int i = from; i < to; i++) {
      String sessionId = "holder-of-" + name(i);
      store.sessions().start(TestStore.start(sessionId, name(i)));
      store
          .sessions()
          .hold(
              sessionId,
              new HoldRequest(
                  "hold", Usd.of("9"), null, null, Duration.ofHours(1), Hash.of(sessionId)));
    }
  }

  private static String name(int index) {
    return "customer-%07d".formatted(index);
  }
}
