package dev.peras.store;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.event;
import static dev.peras.store.TestStore.limits;
import static dev.peras.store.TestStore.start;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.PriceInForce;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.engine.pricing.PriceQuery;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.sessions.Step;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.FaultyTable;
import dev.peras.table.Item;
import dev.peras.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the store must do on every table. */
abstract class StoreContract extends OnEveryTable {
  private RecordResult record(String sessionId, UsageEvent... events) {
    return store.sessions().record(sessionId, List.of(events));
  }

  private Session state(String sessionId) {
    return store.sessions().get(sessionId);
  }

  private CustomerMonth month(String customerId) {
    return store.customers().get(customerId);
  }

  private static Usd usd(String amount) {
    return Usd.of(amount);
  }

  private static Refusal refused(Class<? extends Reason> reason, Runnable call) {
    Refusal refusal = assertThatExceptionOfType(Refusal.class).isThrownBy(call::run).actual();
    assertThat(refusal.reason()).isInstanceOf(reason);
    return refusal;
  }

  @Test
  void a_session_and_its_month_add_up_to_what_was_recorded() {
    store.sessions().start(start("s", "c"));
    record("s", event("e1", 100));
    record("s", event("e2", 23), costing("e3", "0.00000000000000000001"));
    assertThat(state("s").spent()).isEqualTo(usd("0.00012300000000000001"));
    assertThat(state("s").steps()).isEqualTo(3);
    assertThat(month("c").spent()).isEqualTo(usd("0.00012300000000000001"));
    assertThat(month("c").openSessions()).isEqualTo(1);
    store.sessions().end("s");
    assertThat(month("c").spent()).isEqualTo(usd("0.00012300000000000001"));
    assertThat(month("c").claimed()).isEqualTo(usd("0.00012300000000000001"));
    assertThat(month("c").openSessions()).isZero();
  }

  @Test
  void a_stored_session_reads_back_as_it_was_computed() {
    store.sessions().start(start("s", "c", "0.0001"));
    RecordResult recorded = record("s", event("e1", 20_000), event("e2", 50_000));
    assertThat(recorded.raised()).isNotEmpty();
    assertThat(state("s")).isEqualTo(recorded.session());
  }

  @Test
  void L15_L16_an_event_sent_again_is_counted_once() {
    store.sessions().start(start("s", "c"));
    record("s", event("e1", 100), event("e2", 100));
    RecordResult again = record("s", event("e2", 100), event("e3", 100), event("e3", 100));
    assertThat(again.events())
        .extracting(RecordResult.Entry::duplicate)
        .containsExactly(true, false, true);
    assertThat(again.events()).extracting(RecordResult.Entry::step).containsExactly(2L, 3L, 3L);
    assertThat(again.session().spent()).isEqualTo(usd("0.0003"));
    RecordResult all = record("s", event("e1", 100), event("e2", 100), event("e3", 100));
    assertThat(all.events()).extracting(RecordResult.Entry::duplicate).containsOnly(true);
    assertThat(state("s").steps()).isEqualTo(3);
  }

  @Test
  void another_process_with_a_stale_copy_counts_right() {
    Store other = TestStore.over(table, clock);
    store.sessions().start(start("s", "c"));
    for (int i = 0; i < 6; i++) {
      (i % 2 == 0 ? store : other).sessions().record("s", List.of(event("e" + i, 100)));
    }
    RecordResult known = other.sessions().record("s", List.of(event("e0", 100)));
    assertThat(known.session().spent()).isEqualTo(usd("0.0006"));
    assertThat(known.events().getFirst().duplicate()).isTrue();
  }

  @Test
  void an_event_id_with_other_content_refuses_the_whole_request() {
    store.sessions().start(start("s", "c"));
    record("s", event("e1", 100));
    Refusal refusal =
        refused(
            Reason.EventConflict.class,
            () -> record("s", event("e2", 5), event("e1", 101), event("e3", 5)));
    assertThat(refusal.events().keySet()).containsExactly(1);
    refused(Reason.EventConflict.class, () -> record("s", event("x", 1), event("x", 2)));
    assertThat(state("s").steps()).isEqualTo(1);
    assertThat(store.sessions().ledger("s", null).entries()).hasSize(1);
  }

  @Test
  void L08_an_event_without_a_price_refuses_the_whole_request_and_can_be_sent_again() {
    store.sessions().start(start("s", "c"));
    UsageEvent unknown = withModel("e2", "nobody-knows");
    Refusal refusal = refused(Reason.NoPrice.class, () -> record("s", event("e1", 10), unknown));
    assertThat(refusal.events().keySet()).containsExactly(1);
    assertThat(refusal.reason())
        .isEqualTo(new Reason.NoPrice(new Unpriced.UnknownModel("nobody-knows")));
    assertThat(state("s").steps()).isZero();
    Price price = Price.of(Rates.of(usd("3"), usd("4")));
    assertThat(store.prices().put("nobody-knows", price, null)).isTrue();
    assertThat(record("s", event("e1", 10), unknown).session().spent()).isEqualTo(usd("0.00004"));
    store.prices().delete("nobody-knows");
    refused(Reason.PriceNotFound.class, () -> store.prices().get("nobody-knows"));
  }

  @Test
  void an_override_holds_before_a_wildcard_and_that_before_the_table() {
    store.prices().put("test-*", price("7"), null);
    assertThat(store.prices().get(TestStore.MODEL)).isEqualTo(overridden("test-*", "7"));
    store.prices().put("test-m*", price("8"), null);
    assertThat(input(TestStore.MODEL)).isEqualTo(usd("8"));
    assertThat(input("test-x")).isEqualTo(usd("7"));
    store.prices().put(TestStore.MODEL, price("9"), null);
    assertThat(input(TestStore.MODEL)).isEqualTo(usd("9"));
    assertThat(store.prices().get(TestStore.MODEL)).isEqualTo(overridden(TestStore.MODEL, "9"));
    refused(Reason.PriceNotFound.class, () -> store.prices().get("test-"));
    store.prices().delete("test-*");
    refused(Reason.PriceNotFound.class, () -> store.prices().get("test-x"));
    store.prices().delete("test-m*");
    store.prices().delete(TestStore.MODEL);
    assertThat(input(TestStore.MODEL)).isEqualTo(usd("1"));
    assertThat(store.prices().get(TestStore.MODEL)).isInstanceOf(PriceInForce.Listed.class);
  }

  @Test
  void an_override_that_is_not_yet_in_force_leaves_the_price_before_it() {
    Instant later = clock.instant().plusSeconds(60);
    store.prices().put("test-*", price("7"), null);
    store.prices().put(TestStore.MODEL, price("9"), later);
    assertThat(input(TestStore.MODEL)).isEqualTo(usd("7"));
    assertThat(inputAt(TestStore.MODEL, later)).isEqualTo(usd("9"));
  }

  @Test
  void a_ceiling_prices_what_nothing_else_does() {
    Store.Settings settings = TestStore.settings();
    Store capped =
        TestStore.over(
            table,
            new Store.Settings(
                settings.limits(),
                settings.detectors(),
                settings.claims(),
                settings.shippedPrices(),
                price("15"),
                10,
                false),
            clock);
    capped.sessions().start(start("s", "c"));
    assertThat(
            capped
                .sessions()
                .record("s", List.of(withModel("e", "nobody-knows")))
                .session()
                .spent())
        .isEqualTo(usd("0.00015"));
    assertThat(capped.prices().get("nobody-knows"))
        .isEqualTo(new PriceInForce.Fallback(price("15")));
    assertThat(capped.prices().get(TestStore.MODEL)).isInstanceOf(PriceInForce.Listed.class);
    refused(Reason.PriceNotFound.class, () -> store.prices().get("nobody-knows"));
  }

  private Usd input(String model) {
    return store.prices().get(model).price().rates().input();
  }

  private Usd inputAt(String model, Instant at) {
    PriceBook book = store.prices().bookFor(List.of(new PriceQuery(model, at)));
    return requireNonNull(book.priceOf(model, at)).rates().input();
  }

  private static PriceInForce overridden(String name, String input) {
    return new PriceInForce.Overridden(new PriceOverride(name, price(input), null));
  }

  private static Price price(String input) {
    return Price.of(Rates.of(usd(input), usd("0")));
  }

  private static UsageEvent withModel(String id, String model) {
    UsageEvent event = event(id, 10);
    return UsageEvent.named(id).model(model).tokens(event.tokens()).build();
  }

  @Test
  void an_unknown_session_is_refused() {
    refused(Reason.SessionNotFound.class, () -> record("nobody", event("e", 1)));
    refused(Reason.SessionNotFound.class, () -> state("nobody"));
    refused(Reason.SessionNotFound.class, () -> store.sessions().end("nobody"));
    refused(Reason.SessionNotFound.class, () -> store.sessions().ledger("nobody", null));
  }

  @Test
  void the_same_start_again_finds_the_session_and_another_is_refused() {
    StartResult first = store.sessions().start(start("s", "c", "5"));
    StartResult again = store.sessions().start(start("s", "c", "5"));
    assertThat(first.isNew()).isTrue();
    assertThat(again.isNew()).isFalse();
    assertThat(again.session().terms()).isEqualTo(first.session().terms());
    refused(Reason.SessionExists.class, () -> store.sessions().start(start("s", "c", "6")));
    assertThat(month("c").openSessions()).isEqualTo(1);
  }

  @Test
  void ending_twice_changes_nothing_more_and_late_usage_still_counts() {
    store.sessions().start(start("s", "c"));
    record("s", event("e1", 100));
    Session ended = store.sessions().end("s");
    assertThat(store.sessions().end("s")).isEqualTo(ended);
    clock.advance(Duration.ofDays(3).minusMillis(1));
    RecordResult late = record("s", event("e2", 50));
    assertThat(late.events().getFirst().late()).isTrue();
    assertThat(store.sessions().end("s").spent()).isEqualTo(usd("0.00015"));
    assertThat(month("c").spent()).isEqualTo(usd("0.00015"));
    clock.advance(Duration.ofMillis(1));
    refused(Reason.SessionClosed.class, () -> record("s", event("e3", 50)));
    refused(Reason.SessionClosed.class, () -> record("s", event("e1", 100)));
    assertThat(month("c").spent()).isEqualTo(usd("0.00015"));
  }

  @Test
  void the_ledger_lists_steps_in_order_page_by_page() {
    store.sessions().start(start("s", "c"));
    for (int i = 0; i < 12; i++) {
      int from = i * 90;
      record(
          "s",
          IntStream.range(from, from + 90)
              .mapToObj(k -> event("z" + (5000 - k), 1))
              .toArray(UsageEvent[]::new));
    }
    List<Step> steps = new ArrayList<>();
    String cursor = null;
    do {
      Page<Step> page = store.sessions().ledger("s", cursor);
      steps.addAll(page.entries());
      cursor = page.cursor();
    } while (cursor != null);
    assertThat(steps).extracting(Step::number).containsExactlyElementsOf(longs(1, 1080));
    assertThat(steps.getFirst().eventId()).isEqualTo("z5000");
    assertThat(steps.getFirst().cost()).isEqualTo(usd("0.000001"));
    refused(Reason.UnknownCursor.class, () -> store.sessions().ledger("s", "rubbish"));
  }

  private static List<Long> longs(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Long::valueOf).toList();
  }

  @Test
  void sessions_are_listed_by_customer_and_status_and_for_everybody() {
    for (int i = 0; i < 130; i++) {
      store.sessions().start(start("s" + i, i < 120 ? "big" : "small"));
    }
    for (int i = 0; i < 130; i += 2) {
      store.sessions().end("s" + i);
    }
    assertThat(all("big", null)).hasSize(120).doesNotHaveDuplicates();
    assertThat(all("big", true)).hasSize(60);
    assertThat(all("big", false)).hasSize(60).contains("s1").doesNotContain("s2");
    assertThat(all("small", null)).hasSize(10);
    assertThat(all(null, null)).hasSize(130).doesNotHaveDuplicates();
    assertThat(all(null, true)).hasSize(65);
    assertThat(all("nobody", null)).isEmpty();
  }

  private List<String> all(
      @org.jspecify.annotations.Nullable String customerId,
      @org.jspecify.annotations.Nullable Boolean ended) {
    List<String> ids = new ArrayList<>();
    String cursor = null;
    do {
      Page<Session> page = store.sessions().list(customerId, ended, cursor);
      page.entries().forEach(s -> ids.add(s.id()));
      cursor = page.cursor();
    } while (cursor != null);
    return ids;
  }

  @Test
  void L19_L20_a_session_across_a_month_end_counts_each_event_in_its_own_month() {
    clock.set("2026-11-30T23:59:00Z");
    store.sessions().start(start("s", "c"));
    record("s", event("e1", 100));
    clock.set("2026-12-01T00:01:00Z");
    record("s", event("e2", 10));
    record("s", event("e3", 1, "2026-11-30T23:59:59Z", null));
    assertThat(month("c").period()).hasToString("2026-12");
    assertThat(month("c").spent()).isEqualTo(usd("0.00001"));
    assertThat(all("c", null)).containsExactly("s");
    store.sessions().end("s");
    assertThat(month("c").spent()).isEqualTo(usd("0.00001"));
    assertThat(all("c", null)).containsExactly("s");
    clock.set("2026-11-30T23:59:59Z");
    assertThat(month("c").spent()).isEqualTo(usd("0.000101"));
    assertThat(month("c").claimed()).isEqualTo(usd("0.000101"));
  }

  @Test
  void L02_a_customer_never_seen_has_the_deployments_limits_from_the_first_call() {
    store =
        TestStore.over(
            table,
            TestStore.settings(limits("0"), new dev.peras.engine.budgets.ClaimPolicy(true)),
            clock);
    refused(Reason.CustomerCapReached.class, () -> store.sessions().start(start("s", "new")));
    assertThat(month("new").standing().state()).isEqualTo(Standing.State.CAPPED);
  }

  @Test
  void L06_the_record_that_reaches_the_cap_says_stop_and_starts_are_refused_until_it_is_raised() {
    store.customers().put("c", limits("0.001", "50%"));
    store.sessions().start(start("a", "c"));
    store.sessions().start(start("b", "c"));
    assertThat(record("a", event("a1", 300)).session().customer()).isEqualTo(Standing.OK);
    Session half = record("b", event("b1", 200)).session();
    assertThat(half.customer().state()).isEqualTo(Standing.State.ALERTING);
    assertThat(half.stop()).isFalse();
    assertThat(record("a", event("a2", 499)).session().stop()).isFalse();
    assertThat(month("c").remaining()).isEqualTo(usd("0.000001"));
    Session full = record("b", event("b2", 1)).session();
    assertThat(full.stop()).isTrue();
    assertThat(full.customer()).isEqualTo(new Standing(Standing.State.CAPPED, true));
    assertThat(record("a", event("a3", 7)).session().stop()).isTrue();
    assertThat(month("c").spent()).isEqualTo(usd("0.001007"));
    assertThat(month("c").remaining()).isEqualTo(Usd.ZERO);
    Refusal refusal =
        refused(Reason.CustomerCapReached.class, () -> store.sessions().start(start("d", "c")));
    assertThat(refusal.reason())
        .isInstanceOfSatisfying(
            Reason.CustomerCapReached.class,
            reached -> assertThat(reached.figures().spent()).isEqualTo(usd("0.001007")));
    assertThat(store.sessions().start(start("a", "c")).isNew()).isFalse();

    CustomerMonth raised = store.customers().put("c", limits("1", "50%"));
    assertThat(raised.standing()).isEqualTo(Standing.OK);
    assertThat(record("b", event("b3", 1)).session().stop()).isFalse();
    assertThat(store.sessions().start(start("d", "c")).isNew()).isTrue();
  }

  @Test
  void a_cap_that_only_alerts_never_refuses() {
    dev.peras.engine.budgets.Limits capped = limits("0.0001");
    store
        .customers()
        .put(
            "c",
            new dev.peras.engine.budgets.Limits(
                capped.monthlyCap(), List.of(), false, null, capped.timeZone(), 60, 0));
    store.sessions().start(start("a", "c"));
    Session over = record("a", event("a1", 300)).session();
    assertThat(over.customer()).isEqualTo(new Standing(Standing.State.CAPPED, false));
    assertThat(over.stop()).isFalse();
    assertThat(store.sessions().start(start("b", "c")).isNew()).isTrue();
  }

  @Test
  void a_limit_lowered_in_mid_month_acts_at_once_on_sessions_that_hold_slack() {
    store.customers().put("c", limits("1000"));
    store.sessions().start(start("a", "c"));
    store.sessions().start(start("b", "c"));
    record("a", event("a1", 1000));
    record("b", event("b1", 3000));
    assertThat(month("c").claimed()).isEqualTo(usd("0.036"));
    CustomerMonth lowered = store.customers().put("c", limits("0.005", "80%"));
    assertThat(lowered.standing().state()).isEqualTo(Standing.State.ALERTING);
    assertThat(lowered.claimed()).isEqualTo(usd("0.004"));
    assertThat(record("a", event("a2", 999)).session().stop()).isFalse();
    assertThat(record("b", event("b2", 1)).session().stop()).isTrue();
    assertThat(month("c").spent()).isEqualTo(usd("0.005"));
  }

  @Test
  void account_writes_grow_like_the_logarithm_of_the_steps() {
    List<Long> writes = new ArrayList<>();
    for (int steps : List.of(10, 100, 1000)) {
      String id = "s" + steps;
      String customer = "c" + steps;
      store.sessions().start(start(id, customer));
      for (int from = 0; from < steps; from += 1) {
        record(id, event("e" + from, 1000));
      }
      store.sessions().end(id);
      Item account =
          table.get(Keys.account(AccountKey.ofMonth(customer, java.time.YearMonth.of(2026, 11))));
      assertThat(account).isNotNull();
      writes.add(account.number("version"));
    }
    System.out.println("account writes of sessions with 10, 100 and 1,000 steps: " + writes);
    assertThat(writes.get(1)).isLessThanOrEqualTo(10);
    assertThat(writes.get(1) - writes.get(0)).isLessThanOrEqualTo(4);
    assertThat(writes.get(2) - writes.get(1)).isLessThanOrEqualTo(4);
  }

  @Test
  void claiming_nothing_ahead_writes_the_account_at_every_step_and_counts_the_same() {
    store =
        TestStore.over(
            table,
            TestStore.settings(limits(null), new dev.peras.engine.budgets.ClaimPolicy(false)),
            clock);
    store.sessions().start(start("s", "c"));
    for (int i = 0; i < 20; i++) {
      record("s", event("e" + i, 1000));
    }
    Item account =
        table.get(Keys.account(AccountKey.ofMonth("c", java.time.YearMonth.of(2026, 11))));
    assertThat(account).isNotNull();
    assertThat(account.number("version")).isEqualTo(21);
    assertThat(account.usd("claimed")).isEqualTo(usd("0.02"));
    assertThat(month("c").spent()).isEqualTo(usd("0.02"));
  }

  @Test
  void thirty_two_writers_on_one_session_with_every_event_sent_twice_count_each_once()
      throws Exception {
    store.sessions().start(start("s", "c"));
    List<Store> processes =
        IntStream.range(0, 32).mapToObj(i -> TestStore.over(table, clock)).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int t = 0; t < 32; t++) {
        int writer = t;
        writers.add(threads.submit(() -> writeTwice(processes.get(writer), writer)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(state("s").steps()).isEqualTo(1600);
    assertThat(state("s").spent()).isEqualTo(usd("0.16"));
    assertThat(month("c").spent()).isEqualTo(usd("0.16"));
  }

  /** Fifty events, each sent twice, some alone and some in batches. */
  private void writeTwice(Store process, int writer) {
    Random random = new Random(writer);
    List<UsageEvent> events = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      events.add(event("w" + writer + "-" + i % 50, 100));
    }
    Collections.shuffle(events, random);
    while (!events.isEmpty()) {
      List<UsageEvent> batch = events.subList(0, Math.min(events.size(), 1 + random.nextInt(20)));
      process.sessions().record("s", List.copyOf(batch));
      batch.clear();
    }
  }

  @Test
  void L14_whatever_call_fails_and_however_nothing_is_lost_or_doubled() {
    for (FaultyTable.Fault fault : List.of(FaultyTable.Fault.BUSY, FaultyTable.Fault.ANSWER_LOST)) {
      int faultsMade = 0;
      for (int at = 0; at == faultsMade; at++) {
        faultsMade += scenarioWithFaultAt(at, fault);
      }
      assertThat(faultsMade).isGreaterThan(25);
    }
  }

  /** Runs a scenario in which one call of the table fails. Returns 1 if there was such a call. */
  private int scenarioWithFaultAt(int at, FaultyTable.Fault fault) {
    int[] calls = {0};
    Table faulty = new FaultyTable(table, () -> calls[0]++ == at ? fault : FaultyTable.Fault.NONE);
    String run = fault + "-" + at;
    Store failing = TestStore.over(faulty, clock);
    failing.customers().put(run, limits("0.002", "50%"));
    failing.sessions().start(start(run + "-a", run));
    failing.sessions().start(start(run + "-b", run));
    for (int i = 0; i < 6; i++) {
      UsageEvent event = event("e" + i, 100 + i);
      failing.sessions().record(run + (i % 2 == 0 ? "-a" : "-b"), List.of(event));
    }
    failing.sessions().record(run + "-b", List.of(event("e1", 101), event("x", 1000)));
    failing.sessions().end(run + "-b");
    failing.sessions().record(run + "-b", List.of(event("late", 1)));
    failing.customers().put(run, limits("0.003", "50%"));
    assertThat(month(run).spent()).isEqualTo(usd("0.001616"));
    assertThat(state(run + "-a").steps()).isEqualTo(3);
    assertThat(state(run + "-b").steps()).isEqualTo(5);
    assertThat(month(run).standing().state()).isEqualTo(Standing.State.ALERTING);
    return calls[0] > at ? 1 : 0;
  }

  @Test
  void faults_at_random_leave_every_total_exact() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed of the random faults: " + seed);
    Random random = new Random(seed);
    Table faulty =
        new FaultyTable(
            table,
            () ->
                random.nextInt(4) > 0
                    ? FaultyTable.Fault.NONE
                    : random.nextBoolean()
                        ? FaultyTable.Fault.BUSY
                        : FaultyTable.Fault.ANSWER_LOST);
    Store failing = TestStore.over(faulty, clock);
    failing.sessions().start(start("s", "c"));
    long tokens = 0;
    for (int i = 0; i < 60; i++) {
      int count = 1 + random.nextInt(5);
      int id = i;
      List<UsageEvent> events =
          IntStream.range(0, count).mapToObj(k -> event("e" + id + "-" + k, 10 + k)).toList();
      tokens += Stream.of(events).flatMap(List::stream).mapToLong(e -> e.tokens().input()).sum();
      failing.sessions().record("s", events);
    }
    assertThat(state("s").tokens().input()).isEqualTo(tokens);
    failing.sessions().end("s");
    assertThat(month("c").spent().value().movePointRight(6)).isEqualByComparingTo(tokens + "");
  }
}
