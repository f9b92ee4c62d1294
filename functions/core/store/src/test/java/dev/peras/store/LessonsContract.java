package dev.peras.store;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.event;
import static dev.peras.store.TestStore.limits;
import static dev.peras.store.TestStore.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.CountedTable;
import dev.peras.table.FaultyTable;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Faults that users of other systems reported, none of which may happen here. */
abstract class LessonsContract extends OnEveryTable {
  private void cap(String amount) {
    store.customers().put("c", limits(amount));
  }

  private Standing.State state() {
    return store.customers().get("c").standing().state();
  }

  private static HoldRequest request(String holdId, String amount) {
    return new HoldRequest(
        holdId, Usd.of(amount), null, null, Duration.ofMinutes(10), Hash.of(amount));
  }

  @Test
  void L03_a_month_without_an_account_has_its_limits_all_the_same() {
    store = TestStore.over(table, TestStore.settings(limits("1"), new ClaimPolicy(true)), clock);
    store.sessions().start(start("s", "c"));
    store.sessions().record("s", List.of(costing("e1", "1")));
    // The next month has no account yet; its first hold is judged by the limits, not by nothing.
    clock.set("2026-12-01T00:00:00Z");
    assertThat(table.get(Keys.account(AccountKey.ofMonth("c", YearMonth.of(2026, 12))))).isNull();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> store.sessions().hold("s", request("h", "1.01")))
        .matches(refusal -> refusal.reason() instanceof Reason.CustomerCapReached);
    assertThat(store.sessions().hold("s", request("h2", "1")).isNew()).isTrue();
  }

  @Test
  void L04_many_processes_share_one_limit() {
    cap("1");
    List<Store> processes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      processes.add(TestStore.over(table, clock));
      processes.get(i).sessions().start(start("s" + i, "c"));
    }
    int stopped = 0;
    for (int i = 0; i < 10; i++) {
      var recorded = processes.get(i).sessions().record("s" + i, List.of(costing("e", "0.2")));
      stopped += recorded.session().stop() ? 1 : 0;
    }
    assertThat(stopped).isEqualTo(6); // the fifth reaches the cap
  }

  @Test
  void L05_nothing_that_counts_expires() {
    store.sessions().start(start("s", "c"));
    store.sessions().record("s", List.of(event("e", 1)));
    assertThat(item(Keys.session("s")).has("ttl")).isFalse();
    assertThat(item(Keys.account(AccountKey.ofMonth("c", YearMonth.of(2026, 11)))).has("ttl"))
        .isFalse();
    // An event is remembered for longer than its session takes it: started + 30 + 3 days, and 7.
    long forgotten = item(Keys.event("s", "e")).number("ttl");
    assertThat(forgotten).isEqualTo(clock.instant().plus(Duration.ofDays(40)).getEpochSecond());
  }

  private Item item(Key key) {
    Item item = table.get(key);
    assertThat(item).isNotNull();
    return item;
  }

  @Test
  void L07_every_way_in_counts_towards_the_cap() {
    cap("1");
    store.sessions().start(start("s", "c"));
    store.sessions().start(start("ended", "c"));
    store.sessions().end("ended");
    store.sessions().record("s", List.of(costing("single", "0.3")));
    store.sessions().record("s", List.of(costing("b1", "0.2"), costing("b2", "0.2")));
    store.sessions().hold("s", request("h", "0.1"));
    store
        .sessions()
        .record("s", List.of(UsageEvent.named("settled").cost(Usd.of("0.1")).holdId("h").build()));
    assertThat(state()).isEqualTo(Standing.State.OK);
    var late = store.sessions().record("ended", List.of(costing("late", "0.2")));
    assertThat(late.session().stop()).isTrue();
    assertThat(state()).isEqualTo(Standing.State.CAPPED);
  }

  @Test
  void L09_a_call_that_fell_back_to_a_paid_model_is_priced_as_that_model() {
    store.prices().put("free", Price.of(Rates.of(Usd.ZERO, Usd.ZERO)), null);
    store
        .sessions()
        .start(new StartRequest("s", "c", null, "free", null, null, Map.of(), Hash.of("x")));
    Tokens tokens = new Tokens(1_000_000, 0, 0, 0, 0, 0);
    var free = store.sessions().record("s", List.of(call("e1", null, tokens)));
    var paid = store.sessions().record("s", List.of(call("e2", TestStore.MODEL, tokens)));
    assertThat(free.session().spent()).isEqualTo(Usd.ZERO);
    assertThat(paid.session().spent()).isEqualTo(Usd.of("1"));
  }

  private static UsageEvent call(
      String id, @org.jspecify.annotations.Nullable String model, Tokens tokens) {
    return UsageEvent.named(id).model(model).tokens(tokens).build();
  }

  @Test
  void L17_a_client_that_never_hears_the_answer_is_billed_once_all_the_same() {
    store.sessions().start(start("s", "c"));
    boolean[] isLost = {false};
    Table losing =
        new FaultyTable(
            table, () -> isLost[0] ? FaultyTable.Fault.ANSWER_LOST : FaultyTable.Fault.NONE);
    Store impatient =
        Store.over(
            losing,
            TestStore.settings(),
            clock,
            new Retry(Duration.ZERO, System::nanoTime, new java.util.Random(1), pause -> {}),
            () -> "id");
    impatient.sessions().record("s", List.of(event("warm", 100)));
    isLost[0] = true;
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> impatient.sessions().record("s", List.of(event("e", 10))))
        .matches(refusal -> refusal.reason() instanceof Reason.TryAgain);
    assertThat(store.sessions().get("s").spent()).isEqualTo(Usd.of("0.00011"));
    store.sessions().record("s", List.of(event("e", 10)));
    assertThat(store.sessions().get("s").spent()).isEqualTo(Usd.of("0.00011"));
  }

  @Test
  void L18_a_call_without_tokens_costs_nothing_whatever_was_held_for_it() {
    store.sessions().start(start("s", "c", "1"));
    store.sessions().hold("s", request("h", "0.9"));
    var settled = store.sessions().record("s", List.of(event("e", 0, null, "h")));
    assertThat(settled.session().spent()).isEqualTo(Usd.ZERO);
    assertThat(settled.session().remaining(clock.instant())).isEqualTo(Usd.of("1"));
  }

  @Test
  void L72_writers_of_one_session_in_a_process_take_turns_and_none_is_refused() throws Exception {
    CountedTable counted = new CountedTable(table);
    Store one = TestStore.over(counted, clock);
    one.sessions().start(start("s", "c"));
    one.sessions().record("s", List.of(event("first", 1_000)));
    int writers = 10;
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Future<?>> work = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        String writer = "w" + w;
        work.add(
            threads.submit(() -> {
              for (int i = 0; i < 10; i++) {
                one.sessions().record("s", List.of(event(writer + "-" + i, 1)));
              }
            }));
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
    assertThat(counted.refused()).isZero();
    assertThat(store.sessions().get("s").steps()).isEqualTo(101);
  }
}
