package dev.peras.store;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.limits;
import static dev.peras.store.TestStore.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A table of version 0.1.0 goes on as it is: every account is brought up to date when it is met.
 */
abstract class UpgradeContract extends OnEveryTable {
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  private static Usd usd(String amount) {
    return Usd.of(amount);
  }

  private Session record(String sessionId, String eventId, String cost) {
    return store.sessions().record(sessionId, List.of(costing(eventId, cost))).session();
  }

  private HoldGrant hold(String sessionId, String holdId, String amount) {
    return store
        .sessions()
        .hold(
            sessionId,
            new HoldRequest(
                holdId, usd(amount), null, null, Duration.ofMinutes(10), Hash.of(amount)));
  }

  /**
   * Three sessions of a customer with a cap of 10: one has ended, one holds 2, all have spent 1.
   */
  private void oldTable() {
    store.customers().put("c", limits("10", "50%"));
    for (String id : List.of("open", "holding", "ended")) {
      store.sessions().start(start(id, "c"));
      record(id, "e", "1");
    }
    hold("holding", "h", "2");
    store.sessions().end("ended");
    OldTable.write(table, "c", "2026-11", List.of("open", "holding", "ended"));
    store = TestStore.over(table, clock);
  }

  @Test
  void a_month_of_version_0_1_0_has_the_figures_that_it_had() {
    oldTable();

    CustomerMonth month = store.customers().get("c");
    assertThat(month.spent()).isEqualTo(usd("3"));
    assertThat(month.held()).isEqualTo(usd("2"));
    assertThat(month.remaining()).isEqualTo(usd("5"));
    assertThat(month.exact()).isTrue();
    assertThat(month.openSessions()).isEqualTo(2);
    assertThat(table.get(Keys.oldAccount(AccountKey.ofMonth("c", NOVEMBER)))).isNull();
  }

  @Test
  void its_limits_hold_from_the_first_call() {
    oldTable();

    assertThat(hold("open", "h1", "5").remaining()).isNull();
    Refusal refusal =
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> hold("open", "h2", "1")).actual();
    assertThat(refusal.reason())
        .isInstanceOfSatisfying(
            Reason.CustomerCapReached.class,
            reached ->
                assertThat(reached.figures())
                    .isEqualTo(new Reason.LimitFigures(usd("3"), usd("7"), usd("10"), usd("1"))));
  }

  @Test
  void a_step_that_crosses_a_threshold_says_so() {
    oldTable();

    assertThat(record("open", "e2", "1.9").customer().state()).isEqualTo(Standing.State.OK);
    assertThat(record("holding", "e2", "0.1").customer().state())
        .isEqualTo(Standing.State.ALERTING);
    assertThat(store.customers().get("c").spent()).isEqualTo(usd("5"));
  }

  @Test
  void sessions_end_whatever_is_met_first() {
    oldTable();

    assertThat(store.sessions().end("holding").spent()).isEqualTo(usd("1"));
    assertThat(store.sessions().end("open").spent()).isEqualTo(usd("1"));
    assertThat(record("ended", "late", "0.5").spent()).isEqualTo(usd("1.5"));
    CustomerMonth month = store.customers().get("c");
    assertThat(month.spent()).isEqualTo(usd("3.5"));
    assertThat(month.claimed()).isEqualTo(usd("3.5"));
    assertThat(month.openSessions()).isZero();
  }

  @Test
  void a_threshold_that_only_kept_a_count_goes_and_later_crossings_have_higher_numbers() {
    oldTable();

    store.customers().put("c", limits("10", "7"));
    record("open", "e2", "6");
    assertThat(
            AccountItem.read(
                    java.util.Objects.requireNonNull(
                        table.get(Keys.account(AccountKey.ofMonth("c", NOVEMBER)))))
                .thresholds())
        .extracting(t -> t.label() + " " + t.crossing())
        .containsExactly("7 4", "cap 0");
  }

  @Test
  void the_meter_lists_it_before_and_after() {
    oldTable();

    assertThat(store.customers().meter(NOVEMBER, null, null).entries())
        .extracting(account -> account.customerId() + " " + account.figures().settled())
        .containsExactly("c 1");
    store.customers().get("c");
    assertThat(store.customers().meter(NOVEMBER, null, null).entries()).hasSize(1);
  }

  @Test
  void many_sessions_are_brought_along() {
    store.customers().put("c", limits("1000"));
    List<String> ids = IntStream.range(0, 45).mapToObj(i -> "s" + i).toList();
    for (String id : ids) {
      store.sessions().start(start(id, "c"));
      record(id, "e", "1");
    }
    OldTable.write(table, "c", "2026-11", ids);
    store = TestStore.over(table, clock);

    assertThat(hold("s0", "h", "955").amount()).isEqualTo(usd("955"));
    assertThat(store.customers().get("c").remaining()).isEqualTo(Usd.ZERO);
  }
}
