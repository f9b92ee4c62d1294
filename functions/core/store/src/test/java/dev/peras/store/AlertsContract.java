package dev.peras.store;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.endpoint;
import static dev.peras.store.TestStore.limits;
import static dev.peras.store.TestStore.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Judgement;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.Key;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is alerted, when, and how it waits for its receivers, on every table. */
abstract class AlertsContract extends OnEveryTable {
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  private static Usd usd(String amount) {
    return Usd.of(amount);
  }

  private int events;

  private void record(String sessionId, String cost) {
    store.sessions().record(sessionId, List.of(costing("e" + events++, cost)));
  }

  private void limit(String cap, String... thresholds) {
    store.customers().put("c", limits(cap, thresholds));
  }

  /** Hands over what has been alerted since the last look, and returns it. */
  private List<Alert> fresh() {
    List<Alert> fresh = new ArrayList<>();
    for (String id : store.outbox().notHandedOver()) {
      store.outbox().handOver(id);
      fresh.add(Objects.requireNonNull(store.outbox().find(id)).alert());
    }
    return fresh;
  }

  /** The same in words: {@code customer.capped [80%, cap]}. */
  private List<String> told() {
    return fresh().stream().map(AlertsContract::words).sorted().toList();
  }

  private static String words(Alert alert) {
    return alert.type().wireName() + " " + alert.thresholds();
  }

  private void put(Endpoint endpoint) {
    store.endpoints().put(endpoint.id(), present -> endpoint);
  }

  /** Makes one alert, with a delivery to an endpoint, and returns that. */
  private Delivery waiting() {
    put(endpoint("w"));
    store.sessions().start(start("s", "c", "1"));
    record("s", "2");
    Alert alert = fresh().getFirst();
    return store.outbox().due(alert.id()).getFirst();
  }

  private Delivery stored(Delivery delivery) {
    return DeliveryItem.read(
        Objects.requireNonNull(
            table.get(Keys.delivery(delivery.alertId(), delivery.endpointId()))));
  }

  /** Runs a call with each of 16 numbers, all at once. */
  private static <T extends @Nullable Object> List<T> together(Function<Integer, T> call)
      throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        int number = i;
        Callable<T> waiting =
            () -> {
              start.await();
              return call.apply(number);
            };
        futures.add(threads.submit(waiting));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void L24_an_alert_comes_at_the_record_that_crosses_and_at_none_after_it() {
    limit("10", "5", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "4.99");
    assertThat(told()).isEmpty();
    record("s", "0.01");
    Alert alert = fresh().getFirst();
    assertThat(words(alert)).isEqualTo("customer.threshold_reached [5]");
    assertThat(alert.spent()).isEqualTo(usd("5"));
    assertThat(alert.cap()).isEqualTo(usd("10"));
    assertThat(alert.period()).isEqualTo(NOVEMBER);
    assertThat(alert.percentage()).isEqualTo(new BigDecimal("50.0"));
    record("s", "1");
    assertThat(told()).isEmpty();
    record("s", "2");
    assertThat(told()).containsExactly("customer.threshold_reached [80%]");
    record("s", "2");
    assertThat(told()).containsExactly("customer.capped [cap]");
    for (int i = 0; i < 20; i++) {
      record("s", "1");
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void several_thresholds_crossed_at_once_make_one_alert_that_lists_them() {
    limit("10", "5", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "25");
    Alert alert = fresh().getFirst();
    assertThat(words(alert)).isEqualTo("customer.capped [5, 80%, cap]");
    assertThat(alert.remaining()).isEqualTo(Usd.ZERO);
    assertThat(alert.percentage()).isEqualTo(new BigDecimal("250.0"));
    assertThat(told()).isEmpty();
  }

  @Test
  void what_ended_sessions_spent_counts_towards_a_crossing() {
    limit("10", "5");
    for (String session : List.of("a", "b")) {
      store.sessions().start(start(session, "c"));
    }
    record("a", "3");
    record("b", "1.9");
    store.sessions().end("a");
    assertThat(told()).isEmpty();
    record("b", "0.1");
    assertThat(told()).containsExactly("customer.threshold_reached [5]");
    store.sessions().end("b");
    assertThat(told()).isEmpty();
    record("a", "5");
    assertThat(told()).as("late usage").containsExactly("customer.capped [cap]");
  }

  @Test
  void new_limits_cross_and_resolve_at_once() {
    limit("10", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "5");
    limit("6", "80%");
    assertThat(told()).containsExactly("customer.threshold_reached [80%]");
    limit("5", "80%");
    assertThat(told()).containsExactly("customer.capped [cap]");
    limit("5", "90%");
    assertThat(told())
        .as("one goes, which says nothing, and another comes")
        .containsExactly("customer.threshold_reached [90%]");
    limit("100", "80%", "90%");
    assertThat(told()).containsExactly("customer.resolved [90%, cap]");
  }

  @Test
  void a_raised_cap_resolves_all_that_it_lifts_in_one_alert_and_each_time_anew() {
    limit("10", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "10");
    List<Alert> alerts = new ArrayList<>(fresh());
    for (String cap : List.of("20", "10", "20", "10")) {
      limit(cap, "80%");
      alerts.addAll(fresh());
    }
    assertThat(alerts)
        .extracting(AlertsContract::words)
        .containsExactly(
            "customer.capped [80%, cap]",
            "customer.resolved [80%, cap]",
            "customer.capped [80%, cap]",
            "customer.resolved [80%, cap]",
            "customer.capped [80%, cap]");
    assertThat(alerts).extracting(Alert::id).doesNotHaveDuplicates();
  }

  @Test
  void L25_what_has_recovered_fires_again() {
    limit("10", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "10");
    List<Alert> first = fresh();
    store.customers().topUp("c", new TopUp("t", usd("10"), null));
    assertThat(told()).containsExactly("customer.resolved [80%, cap]");
    record("s", "6");
    assertThat(told()).containsExactly("customer.threshold_reached [80%]");
    record("s", "4");
    List<Alert> again = fresh();
    assertThat(again).extracting(AlertsContract::words).containsExactly("customer.capped [cap]");
    assertThat(again.getFirst().id()).isNotEqualTo(first.getFirst().id());
    assertThat(again.getFirst().cap()).isEqualTo(usd("20"));
    // The top-up ends with its month, and every month has thresholds of its own.
    clock.set("2026-12-01T00:00:00Z");
    record("s", "10");
    Alert december = fresh().getFirst();
    assertThat(words(december)).isEqualTo("customer.capped [80%, cap]");
    assertThat(december.period()).isEqualTo(YearMonth.of(2026, 12));
    assertThat(december.spent()).isEqualTo(usd("10"));
  }

  @Test
  void L26_writers_that_cross_together_make_one_alert_for_each_threshold() throws Exception {
    limit("16", "80%");
    together(i -> {
      Store own = TestStore.over(table, clock);
      own.sessions().start(start("s" + i, "c"));
      return own.sessions().record("s" + i, List.of(costing("e", "1")));
    });
    assertThat(told()).containsExactly("customer.capped [cap]", "customer.threshold_reached [80%]");
    assertThat(store.customers().get("c").spent()).isEqualTo(usd("16"));
  }

  @Test
  void the_sweep_alerts_what_no_record_has() {
    limit("10", "5");
    store.sessions().start(start("s", "c"));
    record("s", "4");
    // As a change of limits leaves a month that is broken off before it has judged it.
    Key key = Keys.account(AccountKey.ofMonth("c", NOVEMBER));
    Account account = AccountItem.read(Objects.requireNonNull(table.get(key)));
    Account changed = account.withLimits(limits("10", "3"), Usd.ZERO);
    table.transact(List.of(AccountItem.write(Judgement.unjudged(account, changed))));
    assertThat(store.sweep().run(() -> true).atRisk()).isEqualTo(1);
    assertThat(told()).containsExactly("customer.threshold_reached [3]");
  }

  @Test
  void L29_a_hundred_sweeps_and_idle_weeks_alert_nothing_again() {
    fillsTheTable();
    limit("10", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "8.5");
    assertThat(told()).containsExactly("customer.threshold_reached [80%]");
    store
        .sessions()
        .hold("s", new HoldRequest("h", usd("1.5"), null, null, Duration.ofHours(1), Hash.of("h")));
    int atRisk = 0;
    for (int i = 0; i < 100; i++) {
      atRisk += store.sweep().run(() -> true).atRisk();
      clock.advance(Duration.ofMinutes(1));
    }
    assertThat(atRisk).as("months that were judged").isGreaterThan(10);
    assertThat(told()).isEmpty();
    for (int day = 0; day < 30; day++) {
      clock.advance(Duration.ofDays(1));
      store.sweep().run(() -> true);
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void a_session_alerts_once_that_it_has_passed_its_budget() {
    store.sessions().start(start("s", "c", "1"));
    record("s", "1");
    assertThat(told()).as("all of it, not more").isEmpty();
    record("s", "0.5");
    Alert alert = fresh().getFirst();
    assertThat(words(alert)).isEqualTo("session.budget_exceeded [budget]");
    assertThat(alert.sessionId()).isEqualTo("s");
    assertThat(alert.spent()).isEqualTo(usd("1.5"));
    assertThat(alert.cap()).isEqualTo(usd("1"));
    record("s", "0.2");
    assertThat(told()).isEmpty();
    store.sessions().end("s");
    assertThat(told()).containsExactly("session.resolved []");
    record("s", "0.2");
    assertThat(told()).isEmpty();
    record("s", "0.2");
    assertThat(told())
        .as("what is told of an ended session is over at once")
        .containsExactly("session.resolved []", "session.threshold_reached [200%]");
  }

  @Test
  void a_cap_of_0_that_only_alerts_does_so_at_the_first_session() {
    Limits zero = limits("0", "80%");
    store
        .customers()
        .put(
            "c",
            new Limits(
                zero.monthlyCap(), zero.alertThresholds(), false, null, zero.timeZone(), 60, 0));
    assertThat(told()).isEmpty();
    store.sessions().start(start("s", "c"));
    Alert alert = fresh().getFirst();
    assertThat(words(alert)).isEqualTo("customer.capped [80%, cap]");
    assertThat(alert.percentage()).isNull();
    record("s", "1");
    store.sessions().start(start("s2", "c"));
    assertThat(told()).isEmpty();
  }

  @Test
  void L31_a_customer_that_nobody_has_set_up_is_alerted_by_the_defaults() {
    store =
        TestStore.over(
            table, TestStore.settings(limits("10", "80%"), new ClaimPolicy(true)), clock);
    store.sessions().start(start("s", "new"));
    record("s", "8");
    assertThat(fresh())
        .extracting(Alert::customerId, AlertsContract::words)
        .containsExactly(tuple("new", "customer.threshold_reached [80%]"));
  }

  @Test
  void a_batch_that_opens_two_months_at_once_is_recorded_and_alerts_both() {
    clock.set("2026-10-31T23:00:00Z");
    limit("1");
    store.sessions().start(start("s", "c"));
    clock.set("2026-12-01T00:30:00Z");
    store
        .sessions()
        .record("s", List.of(costingAt("nov", "2", "2026-11-30T23:00:00Z"), costing("dec", "3")));
    assertThat(fresh())
        .extracting(Alert::period, Alert::spent)
        .containsExactlyInAnyOrder(
            tuple(NOVEMBER, usd("2")), tuple(YearMonth.of(2026, 12), usd("3")));
  }

  private static UsageEvent costingAt(String id, String cost, String occurredAt) {
    return UsageEvent.named(id).cost(usd(cost)).occurredAt(Instant.parse(occurredAt)).build();
  }

  @Test
  void an_endpoint_gets_the_alerts_that_it_wants() {
    put(endpoint("all"));
    put(endpoint("capped", Set.of(AlertType.CAPPED), null, true));
    put(endpoint("mine", Set.of(AlertType.CAPPED, AlertType.THRESHOLD_REACHED), "c", true));
    put(endpoint("other", Set.of(AlertType.CAPPED, AlertType.THRESHOLD_REACHED), "d", true));
    put(endpoint("off", Set.of(AlertType.CAPPED, AlertType.THRESHOLD_REACHED), null, false));
    limit("10", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "8");
    assertThat(receivers(fresh().getFirst())).containsExactlyInAnyOrder("all", "mine");
    record("s", "2");
    assertThat(receivers(fresh().getFirst())).containsExactlyInAnyOrder("all", "capped", "mine");
  }

  private List<String> receivers(Alert alert) {
    return store.outbox().due(alert.id()).stream().map(Delivery::endpointId).toList();
  }

  @Test
  void alerts_are_numbered_without_gaps_though_many_hand_them_over_at_once() throws Exception {
    fillsTheTable();
    put(endpoint("w"));
    for (int i = 0; i < 16; i++) {
      store.sessions().start(start("s" + i, "c", "1"));
      record("s" + i, "2");
    }
    List<String> ids = store.outbox().notHandedOver();
    assertThat(ids).hasSize(16);
    together(i -> {
      List<String> mine = new ArrayList<>(ids);
      Collections.rotate(mine, i);
      Store own = TestStore.over(table, clock);
      mine.forEach(own.outbox()::handOver);
      return i;
    });
    assertThat(ids)
        .extracting(id -> Objects.requireNonNull(store.outbox().find(id)).sequence())
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 16).boxed().toList());
    assertThat(store.outbox().notHandedOver()).isEmpty();
    assertThat(store.outbox().due()).hasSize(16);
  }

  @Test
  void an_alert_is_told_with_what_the_money_went_into() {
    limit("10", "80%");
    store.sessions().start(start("a", "c"));
    store.sessions().start(start("b", "c"));
    record("a", "3");
    record("b", "6");
    AlertReport report = Objects.requireNonNull(store.outbox().find(fresh().getFirst().id()));
    assertThat(report.sequence()).isEqualTo(1);
    assertThat(report.topModels()).containsExactly(new AlertReport.Cost(TestStore.MODEL, usd("9")));
    assertThat(report.topSessions())
        .containsExactly(new AlertReport.Cost("b", usd("6")), new AlertReport.Cost("a", usd("3")));
    // Nine and a half days of thirty have passed.
    assertThat(report.projected()).isEqualTo(usd("28.421053"));
  }

  @Test
  void a_delivery_is_leased_by_one_at_a_time() throws Exception {
    Delivery delivery = waiting();
    List<@Nullable Delivery> leases = together(i -> store.outbox().lease(delivery));
    List<Delivery> got = leases.stream().filter(Objects::nonNull).toList();
    assertThat(got).hasSize(1);
    assertThat(got.getFirst()).isEqualTo(stored(delivery));
    assertThat(store.outbox().due()).isEmpty();
  }

  @Test
  void L27_a_lease_that_runs_out_is_taken_again_and_what_it_did_counts_no_more() {
    Delivery delivery = waiting();
    Delivery lost = Objects.requireNonNull(store.outbox().lease(delivery));
    assertThat(lost.attempts()).isEqualTo(1);
    assertThat(stored(delivery).state()).isEqualTo(Delivery.State.PENDING);
    clock.advance(Duration.ofSeconds(59));
    assertThat(store.outbox().due()).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    Delivery again = Objects.requireNonNull(store.outbox().lease(store.outbox().due().getFirst()));
    assertThat(again.attempts()).isEqualTo(2);
    store.outbox().failed(lost, clock.instant(), 500, "late");
    assertThat(stored(delivery)).isEqualTo(again);
    store.outbox().sent(again, 204);
    Delivery sent = stored(delivery);
    assertThat(sent.state()).isEqualTo(Delivery.State.SENT);
    assertThat(sent.lastStatus()).isEqualTo(204);
    assertThat(sent.past().sentAt()).isEqualTo(clock.instant());
    clock.advance(Duration.ofDays(1));
    assertThat(store.outbox().due()).isEmpty();
  }

  @Test
  void a_failed_delivery_is_due_again_when_it_was_put_off_to() {
    Delivery delivery = Objects.requireNonNull(store.outbox().lease(waiting()));
    store.outbox().failed(delivery, clock.instant().plusSeconds(10), 500, "the answer was no 2xx");
    assertThat(store.outbox().due()).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    Delivery due = store.outbox().due().getFirst();
    assertThat(due.lastStatus()).isEqualTo(500);
    assertThat(due.lastError()).isEqualTo("the answer was no 2xx");
    store.outbox().postpone(due, clock.instant().plusSeconds(100), "paused");
    assertThat(store.outbox().due()).isEmpty();
    clock.advance(Duration.ofSeconds(100));
    store.outbox().dead(store.outbox().due().getFirst(), null, "given up");
    assertThat(store.outbox().due()).isEmpty();
    assertThat(stored(delivery).state()).isEqualTo(Delivery.State.DEAD);
  }

  @Test
  void what_was_sent_or_given_up_can_be_sent_again_under_its_id() {
    Delivery delivery = Objects.requireNonNull(store.outbox().lease(waiting()));
    store.outbox().sent(delivery, 200);
    store.endpoints().pause(store.endpoints().get("w"), 7, clock.instant().plusSeconds(1000));
    clock.advance(Duration.ofMinutes(1));
    AlertLog.Entry entry = store.alerts().redeliver(delivery.alertId());
    assertThat(entry.isHandedOver()).isTrue();
    assertThat(store.outbox().due())
        .extracting(Delivery::alertId, Delivery::attempts)
        .containsExactly(tuple(delivery.alertId(), 0));
    assertThat(store.endpoints().get("w").health().pausedUntil()).isNull();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> store.alerts().redeliver("none"))
        .matches(refusal -> refusal.reason() instanceof Reason.AlertNotFound);
  }

  @Test
  void a_test_goes_to_its_endpoint_alone_and_has_no_number() {
    put(endpoint("a"));
    put(endpoint("b"));
    Alert test = Alerts.test("t", "default", NOVEMBER, clock.instant());
    store.alerts().test(test, "a");
    store.alerts().test(test, "a");
    assertThat(receivers(test)).containsExactly("a");
    assertThat(store.outbox().notHandedOver()).isEmpty();
    assertThat(Objects.requireNonNull(store.outbox().find(test.id())).sequence()).isZero();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() ->
            store.alerts().test(Alerts.test("u", "default", NOVEMBER, clock.instant()), "none"))
        .matches(refusal -> refusal.reason() instanceof Reason.WebhookNotFound);
  }

  @Test
  void there_are_at_most_fifty_endpoints_and_one_that_is_there_can_still_change() {
    IntStream.range(0, Endpoints.MAX_ENDPOINTS).forEach(i -> put(endpoint("w" + i)));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> put(endpoint("one-more")))
        .matches(refusal -> refusal.reason() instanceof Reason.TooManyWebhooks);
    put(endpoint("w7"));
    // An alert for all of them fits into one transaction.
    store.sessions().start(start("s", "c", "1"));
    record("s", "2");
    assertThat(receivers(fresh().getFirst())).hasSize(Endpoints.MAX_ENDPOINTS);
    store.endpoints().delete("w7");
    put(endpoint("one-more"));
  }

  private HoldRequest hold(String id, String amount) {
    return new HoldRequest(id, usd(amount), null, null, Duration.ofHours(1), Hash.of(id + amount));
  }

  @Test
  void L64_the_first_refusal_in_a_month_is_told_and_none_after_it() {
    limit("10");
    store.sessions().start(start("s", "c"));
    record("s", "9.5");
    for (int i = 0; i < 3; i++) {
      String id = "h" + i;
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> store.sessions().hold("s", hold(id, "0.6")));
    }
    Alert blocked = fresh().getFirst();
    assertThat(words(blocked)).isEqualTo("customer.blocked [blocked]");
    assertThat(blocked.spent()).isEqualTo(usd("9.5"));
    assertThat(store.alerts().blockedAt("c", NOVEMBER)).isEqualTo(usd("10"));
    TestStore.over(table, clock);
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> TestStore.over(table, clock).sessions().hold("s", hold("x", "0.6")));
    assertThat(told()).isEmpty();
  }

  @Test
  void L64_the_first_refusal_by_a_sessions_budget_is_told() {
    store.sessions().start(start("s", "c", "1"));
    for (int i = 0; i < 2; i++) {
      String id = "h" + i;
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> store.sessions().hold("s", hold(id, "1.5")));
    }
    assertThat(told()).containsExactly("session.blocked [blocked]");
  }

  @Test
  void a_session_is_told_of_again_at_twice_five_and_ten_times_its_budget() {
    store.sessions().start(start("s", "c", "1"));
    record("s", "1.5");
    assertThat(told()).containsExactly("session.budget_exceeded [budget]");
    record("s", "0.5");
    assertThat(told()).containsExactly("session.threshold_reached [200%]");
    record("s", "9");
    assertThat(told()).containsExactly("session.threshold_reached [500%, 1000%]");
    record("s", "90");
    assertThat(told()).isEmpty();
  }

  @Test
  void L67_whoever_was_told_of_a_session_is_told_that_it_has_ended() {
    put(endpoint("told", Set.of(AlertType.BUDGET_EXCEEDED), null, true));
    put(endpoint("not", Set.of(AlertType.CAPPED), null, true));
    store.sessions().start(start("s", "c", "1"));
    record("s", "2");
    assertThat(receivers(fresh().getFirst())).containsExactly("told");
    store.sessions().end("s");
    Alert ended = fresh().getFirst();
    assertThat(words(ended)).isEqualTo("session.resolved []");
    assertThat(receivers(ended)).containsExactly("told");
    store.sessions().start(start("quiet", "c", "1"));
    store.sessions().end("quiet");
    assertThat(told()).as("nothing was open").isEmpty();
  }

  @Test
  void L67_the_end_of_a_month_ends_what_was_open_for_those_that_keep_it_open() {
    Endpoint all = endpoint("pager", Set.of(AlertType.CAPPED), null, true);
    put(
        Endpoint.registered(
            "pager",
            Instant.EPOCH,
            new Endpoint.Address("pagerduty", "sealed", List.of("key"), null),
            all.subscription(),
            true));
    put(endpoint("chat", Set.of(AlertType.CAPPED), null, true));
    limit("10");
    store.sessions().start(start("s", "c"));
    record("s", "11");
    assertThat(receivers(fresh().getFirst())).containsExactlyInAnyOrder("chat", "pager");
    clock.set("2026-11-30T23:00:00Z");
    store.sweep().run(() -> true);
    assertThat(told()).isEmpty();
    clock.set("2026-12-01T00:20:00Z");
    store.sweep().run(() -> true);
    Alert ended = fresh().getFirst();
    assertThat(words(ended)).isEqualTo("customer.window_ended []");
    assertThat(ended.period()).isEqualTo(NOVEMBER);
    assertThat(receivers(ended)).containsExactly("pager");
    store.sweep().run(() -> true);
    assertThat(told()).as("once").isEmpty();
  }

  @Test
  void L68_a_list_of_thresholds_that_is_edited_is_no_all_clear() {
    limit("10", "80%");
    store.sessions().start(start("s", "c"));
    record("s", "9");
    assertThat(told()).containsExactly("customer.threshold_reached [80%]");
    limit("10", "50%");
    limit("10", "8");
    limit("10");
    assertThat(told()).allMatch(words -> words.startsWith("customer.threshold_reached"));
  }

  @Test
  void L80_fifty_endpoints_stay_fifty_though_many_are_put_and_removed_at_once() throws Exception {
    fillsTheTable();
    together(i -> {
      Store own = TestStore.over(table, clock);
      int refused = 0;
      for (int j = 0; j < 5; j++) {
        String id = "w" + i + "-" + j;
        try {
          own.endpoints().put(id, present -> endpoint(id));
        } catch (Refusal refusal) {
          assertThat(refusal.reason()).isInstanceOf(Reason.TooManyWebhooks.class);
          refused++;
        }
      }
      return refused;
    });
    assertThat(store.endpoints().list()).hasSize(Endpoints.MAX_ENDPOINTS);
    List<Endpoint> all = store.endpoints().list();
    together(i -> {
      Store own = TestStore.over(table, clock);
      for (int j = 0; j < 3; j++) {
        own.endpoints().delete(all.get((i + j) % all.size()).id());
      }
      return i;
    });
    int left = store.endpoints().list().size();
    IntStream.range(left, Endpoints.MAX_ENDPOINTS).forEach(i -> put(endpoint("again" + i)));
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> put(endpoint("one-more")));
  }

  @Test
  void L65_what_waits_for_an_endpoint_is_not_for_another_registration_of_its_id() {
    put(endpoint("w", Set.of(AlertType.BUDGET_EXCEEDED), "c", true));
    store.sessions().start(start("s", "c", "1"));
    record("s", "2");
    Alert alert = fresh().getFirst();
    Delivery waiting = store.outbox().due(alert.id()).getFirst();
    assertThat(waiting.objection(store.endpoints().get("w"), alert)).isNull();

    put(endpoint("w", Set.of(AlertType.BUDGET_EXCEEDED, AlertType.CAPPED), "c", true));
    assertThat(waiting.objection(store.endpoints().get("w"), alert)).as("it changed").isNull();
    put(endpoint("w", Set.of(AlertType.CAPPED), "c", true));
    assertThat(waiting.objection(store.endpoints().get("w"), alert)).contains("other types");
    put(endpoint("w", Set.of(AlertType.BUDGET_EXCEEDED), "d", true));
    assertThat(waiting.objection(store.endpoints().get("w"), alert)).contains("another customer");
    put(endpoint("w", Set.of(AlertType.BUDGET_EXCEEDED), "c", true));
    assertThat(waiting.objection(store.endpoints().get("w"), alert)).as("given back").isNotNull();
    assertThat(store.alerts().redeliver(alert.id()).deliveries().getFirst())
        .matches(again -> again.objection(store.endpoints().get("w"), alert) == null);

    store.endpoints().delete("w");
    put(endpoint("w", Set.of(AlertType.BUDGET_EXCEEDED), "d", true));
    Delivery before = stored(waiting);
    assertThat(before.objection(store.endpoints().get("w"), alert)).isNotNull();
    store.alerts().redeliver(alert.id());
    assertThat(stored(waiting)).as("its present owner does not want it").isEqualTo(before);
  }

  @Test
  void L66_what_waits_for_an_endpoint_is_found_and_what_waits_for_itself_is_not() {
    Delivery down = Objects.requireNonNull(store.outbox().lease(waiting()));
    put(endpoint("other"));
    store.sessions().start(start("t", "c", "1"));
    record("t", "2");
    Delivery refused = delivery(fresh().getFirst(), "w");
    store.sessions().start(start("u", "c", "1"));
    record("u", "2");
    Delivery postponed = delivery(fresh().getFirst(), "w");
    Instant later = clock.instant().plusSeconds(1000);
    store.outbox().failed(down, later, 503, "down");
    refused = Objects.requireNonNull(store.outbox().lease(refused));
    store.outbox().failedItself(refused, later, Delivery.Waiting.ITSELF, 404, "refused");
    store.outbox().postpone(postponed, later, "paused");

    assertThat(store.outbox().waitingFor(Set.of("w")))
        .extracting(Delivery::alertId)
        .containsExactlyInAnyOrder(down.alertId(), postponed.alertId());
    assertThat(stored(refused).ownFailures()).isEqualTo(1);
    assertThat(stored(refused).schedule().reason()).isEqualTo("refused");
    store.outbox().free(stored(postponed));
    assertThat(store.outbox().due())
        .filteredOn(due -> due.endpointId().equals("w"))
        .extracting(Delivery::alertId)
        .containsExactly(postponed.alertId());
  }

  private Delivery delivery(Alert alert, String endpointId) {
    return store.outbox().due(alert.id()).stream()
        .filter(delivery -> delivery.endpointId().equals(endpointId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void L28_what_is_past_the_first_page_has_its_cap_too() {
    fillsTheTable();
    for (int i = 0; i < 105; i++) {
      String customer = "c" + i;
      store.customers().put(customer, limits("10"));
      store.sessions().start(start(customer, customer));
    }
    List<Account> metered = new ArrayList<>();
    String cursor = null;
    do {
      Page<Account> page = store.customers().meter(NOVEMBER, null, cursor);
      metered.addAll(page.entries());
      cursor = page.cursor();
    } while (cursor != null);
    assertThat(metered).hasSize(105).allMatch(account -> usd("10").equals(account.cap()));
  }

  @Test
  void L28_alerts_past_the_first_page_have_their_caps_too() {
    fillsTheTable();
    for (int i = 0; i < 55; i++) {
      store.sessions().start(start("s" + i, "c", "1"));
      record("s" + i, "2");
      clock.advance(Duration.ofSeconds(1));
    }
    fresh();
    List<AlertLog.Entry> listed = listed("c", 2);
    assertThat(listed)
        .extracting(entry -> entry.report().sequence())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 55).boxed().toList());
    assertThat(listed).allMatch(entry -> usd("1").equals(entry.report().alert().cap()));
    assertThat(listed(null, 2)).hasSameElementsAs(listed);
    assertThat(store.alerts().list("c", NOVEMBER.plusMonths(1), null).entries()).isEmpty();
    assertThat(store.alerts().list("d", null, null).entries()).isEmpty();
  }

  private List<AlertLog.Entry> listed(@Nullable String customerId, int pages) {
    List<AlertLog.Entry> listed = new ArrayList<>();
    String cursor = null;
    int read = 0;
    do {
      Page<AlertLog.Entry> page = store.alerts().list(customerId, NOVEMBER, cursor);
      listed.addAll(page.entries());
      cursor = page.cursor();
      read++;
    } while (cursor != null);
    assertThat(read).isEqualTo(pages);
    return listed;
  }
}
