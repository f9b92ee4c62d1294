package dev.peras.store;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.limits;
import static dev.peras.store.TestStore.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds, caps, months and the sweep, on every table. */
abstract class LimitsContract extends OnEveryTable {
  private static Usd usd(String amount) {
    return Usd.of(amount);
  }

  private static HoldRequest request(String holdId, String amount) {
    return new HoldRequest(
        holdId, usd(amount), null, null, Duration.ofMinutes(10), Hash.of(amount));
  }

  private HoldGrant hold(String sessionId, String holdId, String amount) {
    return store.sessions().hold(sessionId, request(holdId, amount));
  }

  private static UsageEvent settling(String eventId, String holdId, String cost) {
    return UsageEvent.named(eventId).cost(usd(cost)).holdId(holdId).build();
  }

  private Session record(String sessionId, UsageEvent event) {
    return store.sessions().record(sessionId, List.of(event)).session();
  }

  private CustomerMonth month() {
    return store.customers().get("c");
  }

  private static Refusal refused(Class<? extends Reason> reason, Callable<?> call) {
    Refusal refusal = assertThatExceptionOfType(Refusal.class).isThrownBy(call::call).actual();
    assertThat(refusal.reason()).isInstanceOf(reason);
    return refusal;
  }

  @Test
  void a_hold_narrows_what_the_budget_has_left_until_it_is_settled() {
    store.sessions().start(start("s", "c", "1"));
    HoldGrant held = hold("s", "h1", "0.6");
    assertThat(held.remaining()).isEqualTo(usd("0.4"));
    Refusal refusal = refused(Reason.SessionBudgetReached.class, () -> hold("s", "h2", "0.41"));
    Reason.LimitFigures figures =
        new Reason.LimitFigures(Usd.ZERO, usd("0.6"), usd("1"), usd("0.41"));
    assertThat(refusal.reason()).isEqualTo(new Reason.SessionBudgetReached("s", figures));
    assertThat(figures.remaining()).isEqualTo(usd("0.4"));
    assertThat(hold("s", "h3", "0.4").remaining()).isEqualTo(Usd.ZERO);
    record("s", settling("e1", "h1", "0.1"));
    assertThat(store.sessions().get("s").held(clock.instant())).isEqualTo(usd("0.4"));
    assertThat(hold("s", "h4", "0.5").remaining()).isEqualTo(Usd.ZERO);
    assertThat(month().held()).isEqualTo(usd("0.9"));
    assertThat(month().spent()).isEqualTo(usd("0.1"));
  }

  @Test
  void L10_what_a_cancelled_call_held_comes_back_by_release_or_by_expiry() {
    store.sessions().start(start("s", "c", "1"));
    hold("s", "h1", "1");
    store.sessions().release("s", "h1");
    hold("s", "h2", "1");
    refused(Reason.SessionBudgetReached.class, () -> hold("s", "h3", "0.01"));
    clock.advance(Duration.ofMinutes(10));
    assertThat(hold("s", "h4", "1").remaining()).isEqualTo(Usd.ZERO);
  }

  @Test
  void L11_usage_settles_its_hold_also_when_that_has_expired() {
    store.sessions().start(start("s", "c", "1"));
    hold("s", "h1", "1");
    clock.advance(Duration.ofMinutes(11));
    Session settled = record("s", settling("e1", "h1", "0.7"));
    assertThat(settled.spent()).isEqualTo(usd("0.7"));
    assertThat(settled.holds()).isEmpty();
    assertThat(month().claimed().isAtLeast(usd("0.7"))).isTrue();
  }

  @Test
  void a_late_retry_of_a_hold_gets_the_old_answer_and_holds_nothing_again() {
    store.sessions().start(start("s", "c", "1"));
    HoldGrant first = hold("s", "h1", "0.5");
    HoldGrant again = hold("s", "h1", "0.5");
    assertThat(again)
        .isEqualTo(new HoldGrant("h1", first.amount(), first.expiresAt(), usd("0.5"), false));
    assertThat(month().held()).isEqualTo(usd("0.5"));
    refused(Reason.HoldExists.class, () -> hold("s", "h1", "0.6"));
    record("s", settling("e1", "h1", "0.2"));
    assertThat(hold("s", "h1", "0.5").isNew()).isFalse();
    assertThat(month().held()).isEqualTo(Usd.ZERO);
    store.sessions().end("s");
    assertThat(hold("s", "h1", "0.5").isNew()).isFalse();
  }

  @Test
  void a_hold_that_was_settled_or_released_before_it_was_asked_for_is_never_granted() {
    store.sessions().start(start("s", "c"));
    store.sessions().release("s", "h1");
    record("s", settling("e1", "h2", "0.2"));
    refused(Reason.HoldExists.class, () -> hold("s", "h1", "0.5"));
    refused(Reason.HoldExists.class, () -> hold("s", "h2", "0.5"));
    assertThat(month().held()).isEqualTo(Usd.ZERO);
  }

  @Test
  void L12_a_call_that_is_held_for_by_its_tokens_never_costs_more_than_the_hold() {
    Rates cheap = Rates.of(usd("3"), usd("15"));
    Rates dear = new Rates(usd("6"), usd("22.5"), usd("0.6"), usd("7.5"), usd("12"), usd("30"));
    store
        .prices()
        .put("tiered", new Price(cheap, List.of(new Price.Tier(200_000, dear)), null), null);
    store.sessions().start(start("s", "c"));
    Tokens most = new Tokens(190_000, 1_000, 0, 10_001, 0, 0);
    HoldGrant held =
        store
            .sessions()
            .hold(
                "s",
                new HoldRequest("h", null, "tiered", most, Duration.ofMinutes(1), Hash.of("x")));
    // Above 200,000 tokens of context all of the prompt is dearer, and output may be reasoning.
    assertThat(held.amount()).isEqualTo(usd("1.2450075"));
    UsageEvent exactly = UsageEvent.named("e").model("tiered").tokens(most).holdId("h").build();
    assertThat(record("s", exactly).spent()).isEqualTo(usd("1.2375075"));
    refused(
        Reason.NoPrice.class,
        () ->
            store
                .sessions()
                .hold(
                    "s",
                    new HoldRequest("h9", null, "no", most, Duration.ofMinutes(1), Hash.of("x"))));
  }

  @Test
  void L13_nothing_is_always_granted() {
    store.customers().put("c", limits("0.5"));
    store.sessions().start(start("s", "c", "0.5"));
    record("s", costing("e1", "0.5"));
    assertThat(hold("s", "h1", "0").amount()).isEqualTo(Usd.ZERO);
    refused(Reason.SessionBudgetReached.class, () -> hold("s", "h2", "0.01"));
    assertThat(hold("s", "h1", "0").isNew()).isFalse();
  }

  @Test
  void a_session_takes_a_hundred_open_holds_and_none_after_its_end() {
    fillsTheTable();
    store.sessions().start(start("s", "c"));
    for (int i = 0; i < 100; i++) {
      hold("s", "h" + i, "0.01");
    }
    refused(Reason.TooManyHolds.class, () -> hold("s", "h100", "0.01"));
    store.sessions().release("s", "h7");
    hold("s", "h100", "0.01");
    assertThat(month().held()).isEqualTo(usd("1"));
    store.sessions().end("s");
    assertThat(month().held()).isEqualTo(Usd.ZERO);
    assertThat(month().claimed()).isEqualTo(Usd.ZERO);
    refused(Reason.SessionEnded.class, () -> hold("s", "h101", "0.01"));
  }

  @Test
  void a_hold_takes_exactly_what_the_cap_has_left_though_others_hold_slack() {
    store.customers().put("c", limits("1", "50%"));
    for (int i = 0; i < 4; i++) {
      store.sessions().start(start("s" + i, "c"));
      record("s" + i, costing("e", "0.05"));
    }
    hold("s0", "h1", "0.8");
    Refusal refusal = refused(Reason.CustomerCapReached.class, () -> hold("s1", "h2", "0.001"));
    Reason.LimitFigures figures =
        new Reason.LimitFigures(usd("0.2"), usd("0.8"), usd("1"), usd("0.001"));
    assertThat(refusal.reason())
        .isEqualTo(new Reason.CustomerCapReached("c", YearMonth.of(2026, 11), figures));
    store.sessions().release("s0", "h1");
    hold("s1", "h3", "0.8");
    assertThat(month().standing()).isEqualTo(Standing.OK);
    // Settled below the hold: the claim shrinks, and yet the spend crosses the threshold here.
    Session settled = record("s1", settling("e2", "h3", "0.3"));
    assertThat(settled.customer().state()).isEqualTo(Standing.State.ALERTING);
    assertThat(month().remaining()).isEqualTo(usd("0.5"));
  }

  @Test
  void L01_of_parallel_holds_exactly_as_many_are_granted_as_there_is_room_for() throws Exception {
    store.customers().put("c", limits("0.37"));
    int sessions = 5;
    for (int i = 0; i < sessions; i++) {
      store.sessions().start(start("s" + i, "c"));
    }
    List<Store> processes =
        IntStream.range(0, 8).mapToObj(i -> TestStore.over(table, clock)).toList();
    int granted = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> holds = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        int n = i;
        holds.add(threads.submit(() -> tryHold(processes.get(n % 8), "s" + n % sessions, "h" + n)));
      }
      for (Future<Integer> hold : holds) {
        granted += hold.get();
      }
    }
    assertThat(granted).isEqualTo(37);
    assertThat(month().held()).isEqualTo(usd("0.37"));
  }

  private static int tryHold(Store process, String sessionId, String holdId) {
    try {
      process.sessions().hold(sessionId, request(holdId, "0.01"));
      return 1;
    } catch (Refusal refusal) {
      assertThat(refusal.reason()).isInstanceOf(Reason.CustomerCapReached.class);
      return 0;
    }
  }

  @Test
  void nobody_is_refused_while_idle_sessions_claim_what_they_do_not_use() {
    store.customers().put("c", limits("10"));
    for (int i = 0; i < 30; i++) {
      store.sessions().start(start("idle" + i, "c"));
      record("idle" + i, costing("e", "0.1"));
    }
    store.sessions().start(start("s", "c"));
    assertThat(month().claimed().isMoreThan(usd("3"))).isTrue();
    assertThat(hold("s", "h", "7").amount()).isEqualTo(usd("7"));
    refused(Reason.CustomerCapReached.class, () -> hold("idle0", "h", "0.000001"));
  }

  @Test
  void a_hold_counts_in_the_month_it_was_taken_from() {
    clock.set("2026-11-30T23:55:00Z");
    store.customers().put("c", limits("1"));
    store.sessions().start(start("s", "c"));
    hold("s", "h", "1");
    clock.set("2026-12-01T00:02:00Z");
    assertThat(hold("s", "h2", "1").isNew()).isTrue();
    record("s", settling("e", "h", "0.9"));
    assertThat(month().spent()).isEqualTo(Usd.ZERO);
    assertThat(month().held()).isEqualTo(usd("1"));
    clock.set("2026-11-30T23:59:00Z");
    assertThat(month().spent()).isEqualTo(usd("0.9"));
  }

  @Test
  void a_top_up_raises_the_cap_once_until_the_month_ends() {
    store.customers().put("c", limits("1", "50%"));
    store.sessions().start(start("s", "c"));
    assertThat(record("s", costing("e1", "1")).stop()).isTrue();
    TopUpResult up = store.customers().topUp("c", new TopUp("t1", usd("2"), "a good reason"));
    assertThat(up.isNew()).isTrue();
    assertThat(up.month().cap()).isEqualTo(usd("3"));
    assertThat(up.month().standing()).isEqualTo(Standing.OK);
    assertThat(store.customers().topUp("c", new TopUp("t1", usd("2"), "a good reason")).isNew())
        .isFalse();
    refused(
        Reason.TopUpExists.class,
        () -> store.customers().topUp("c", new TopUp("t1", usd("3"), null)));
    assertThat(record("s", costing("e2", "0.4")).stop()).isFalse();
    assertThat(record("s", costing("e3", "0.1")).customer().state())
        .isEqualTo(Standing.State.ALERTING);
    clock.set("2026-12-01T00:00:00Z");
    assertThat(month().cap()).isEqualTo(usd("1"));
  }

  @Test
  void admission_says_what_is_left() {
    store.customers().put("c", limits("1"));
    assertThat(store.customers().admission("c", usd("1")).allowed()).isTrue();
    assertThat(store.customers().admission("c", usd("1.01")).allowed()).isFalse();
    store.sessions().start(start("s", "c"));
    hold("s", "h", "0.4");
    assertThat(store.customers().admission("c", usd("0.7")).allowed()).isFalse();
    assertThat(store.customers().admission("c", Usd.ZERO).allowed()).isTrue();
    record("s", settling("e", "h", "1"));
    assertThat(store.customers().admission("c", Usd.ZERO).allowed()).isFalse();
  }

  @Test
  void the_meter_lists_every_customer_with_a_month_and_by_state() {
    fillsTheTable();
    for (int i = 0; i < 130; i++) {
      store.customers().put("m" + i, limits("1"));
      store.sessions().start(start("s" + i, "m" + i));
      if (i % 10 == 0) {
        record("s" + i, costing("e", "1"));
      }
    }
    YearMonth november = YearMonth.of(2026, 11);
    assertThat(metered(november, null)).hasSize(130).doesNotHaveDuplicates();
    assertThat(metered(november, Standing.State.CAPPED)).hasSize(13).contains("m120");
    assertThat(metered(november, Standing.State.ALERTING)).isEmpty();
    assertThat(metered(november.plusMonths(1), null)).isEmpty();
    refused(Reason.UnknownCursor.class, () -> store.customers().meter(november, null, "rubbish"));
  }

  private List<String> metered(YearMonth period, Standing.@Nullable State state) {
    List<String> ids = new ArrayList<>();
    String cursor = null;
    do {
      var page = store.customers().meter(period, state, cursor);
      page.entries().forEach(account -> ids.add(account.customerId()));
      cursor = page.cursor();
    } while (cursor != null);
    return ids;
  }

  @Test
  void a_report_says_what_a_month_went_into() {
    clock.set("2026-11-30T23:00:00Z");
    store.sessions().start(start("a", "c"));
    store.sessions().start(start("b", "c"));
    record("a", costing("e1", "2"));
    record("b", costing("e1", "1"));
    store.sessions().end("b");
    clock.set("2026-12-01T01:00:00Z");
    record("a", costing("e2", "5"));
    Report november = store.customers().report("c", YearMonth.of(2026, 11));
    assertThat(november.totals().cost()).isEqualTo(usd("3"));
    assertThat(november.totals().sessions()).isEqualTo(2);
    assertThat(november.topSessions())
        .extracting(Report.TopSession::sessionId)
        .containsExactly("a", "b");
    assertThat(november.byModel().get(TestStore.MODEL))
        .isNotNull()
        .extracting(m -> m.cost())
        .isEqualTo(usd("3"));
    assertThat(store.customers().report("c", null).totals().cost()).isEqualTo(usd("5"));
  }

  @Test
  void the_sweep_ends_sessions_that_are_idle_and_gives_back_what_they_claimed() {
    store.sessions().start(start("idle", "c"));
    record("idle", costing("e1", "1"));
    store.sessions().start(start("busy", "c"));
    store.sessions().start(start("holding", "c"));
    clock.advance(Duration.ofMinutes(50));
    record("busy", costing("e1", "1"));
    store
        .sessions()
        .hold(
            "holding",
            new HoldRequest("h", usd("1"), null, null, Duration.ofMinutes(60), Hash.of("h")));
    clock.advance(Duration.ofMinutes(10));
    SweepResult first = store.sweep().run(() -> true);
    assertThat(first.sessionsClosed()).isEqualTo(1);
    assertThat(first.finished()).isTrue();
    assertThat(store.sessions().get("idle").isEnded()).isTrue();
    assertThat(store.sweep().run(() -> true).scanned()).isZero();
    clock.advance(Duration.ofMinutes(49));
    assertThat(store.sweep().run(() -> true).sessionsClosed()).isZero();
    clock.advance(Duration.ofMinutes(62));
    assertThat(store.sweep().run(() -> true).sessionsClosed()).isEqualTo(2);
    assertThat(month().claimed()).isEqualTo(usd("2"));
    assertThat(month().openSessions()).isZero();
  }

  @Test
  void a_sweep_without_time_stops_and_the_next_goes_on() {
    for (int i = 0; i < 20; i++) {
      store.sessions().start(start("s" + i, "c"));
    }
    clock.advance(Duration.ofHours(2));
    int[] calls = {0};
    SweepResult cut = store.sweep().run(() -> calls[0]++ < 25);
    assertThat(cut.finished()).isFalse();
    SweepResult rest = store.sweep().run(() -> true);
    assertThat(cut.sessionsClosed() + rest.sessionsClosed()).isEqualTo(20);
    assertThat(rest.finished()).isTrue();
  }

  @Test
  void the_sweep_judges_months_at_risk_and_reads_no_others() {
    for (String customer : List.of("c", "d", "e")) {
      store.customers().put(customer, limits("1"));
      store.sessions().start(start("s" + customer, customer));
      record("s" + customer, costing("e", "0.1"));
    }
    hold("sc", "h", "0.9");
    SweepResult atRisk = store.sweep().run(() -> true);
    assertThat(atRisk.atRisk()).isEqualTo(1);
    assertThat(atRisk.healed()).isZero();
    clock.advance(Duration.ofMinutes(15));
    SweepResult healed = store.sweep().run(() -> true);
    assertThat(healed.healed()).isEqualTo(1);
    assertThat(store.sweep().run(() -> true).atRisk()).isZero();
    assertThat(month().claimed()).isEqualTo(usd("0.1"));
  }

  @Test
  void a_sweep_judges_each_month_once_though_that_moves_it_in_the_index() {
    store = TestStore.over(table, TestStore.settings(limits("1"), new ClaimPolicy(true)), clock);
    String shard = DueIndex.monthShard("c0", YearMonth.of(2026, 11));
    // More than one page of one shard: what was judged first comes after what is not yet read.
    List<String> customers =
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> "c" + i)
            .filter(customer -> DueIndex.monthShard(customer, YearMonth.of(2026, 11)).equals(shard))
            .limit(101)
            .toList();
    for (String customer : customers) {
      store.sessions().start(start("s" + customer, customer));
      record("s" + customer, costing("e", "0.1"));
      hold("s" + customer, "h", "0.9");
    }
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.sweep().run(() -> true).scanned()).isEqualTo(101);
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.sweep().run(() -> true).scanned()).isEqualTo(101);
  }

  @Test
  void thresholds_are_crossed_by_the_record_that_crosses_them_in_both_modes() {
    for (boolean ahead : List.of(true, false)) {
      String customer = "c" + ahead;
      store =
          TestStore.over(
              table, TestStore.settings(limits("2", "0.5", "1"), new ClaimPolicy(ahead)), clock);
      for (int i = 0; i < 10; i++) {
        store.sessions().start(start(customer + i, customer));
      }
      Usd spent = Usd.ZERO;
      for (int i = 0; i < 220; i++) {
        Session session = record(customer + i % 10, costing("e" + i, "0.01"));
        spent = spent.plus(usd("0.01"));
        Standing.State expected =
            spent.isAtLeast(usd("2"))
                ? Standing.State.CAPPED
                : spent.isAtLeast(usd("0.5")) ? Standing.State.ALERTING : Standing.State.OK;
        boolean crosses = List.of(usd("0.5"), usd("1"), usd("2")).contains(spent);
        if (crosses) {
          assertThat(session.customer().state()).as("at %s", spent).isEqualTo(expected);
        }
      }
      CustomerMonth month = store.customers().get(customer);
      assertThat(month.spent()).isEqualTo(usd("2.2"));
      assertThat(month.standing()).isEqualTo(new Standing(Standing.State.CAPPED, true));
    }
  }
}
