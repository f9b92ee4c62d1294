package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that hold, over HTTP: budgets, caps, months and the sweep. */
class LimitsTest {
  private static final int PARALLEL = 1000;

  /** For calls that all change the month near its cap, which is added up for each of them. */
  private static final int CROWD = 100;

  private static LocalPeras peras;
  private static LocalClient http;
  private static int customers;

  private final String customer = "customer-" + customers++;

  @BeforeAll
  static void start() {
    peras = LocalPeras.start(Map.of());
    http = new LocalClient(peras.baseUri());
  }

  @AfterAll
  static void stop() {
    http.close();
    peras.close();
  }

  @AfterEach
  void resetClock() {
    peras.clock().reset();
  }

  @Test
  void of_1000_parallel_holds_a_budget_grants_what_it_can_pay_and_not_one_more() throws Exception {
    int room = 83; // A session has at most 100 open holds.
    String session = start("'budget':2.005");
    use(session, "before", "1.17", null);

    try (var reader = new Reader(() -> spentAndHeld(session), new BigDecimal("2.005"))) {
      assertThat(statuses(PARALLEL, i -> hold(session, "h" + i, "0.01")))
          .isEqualTo(Map.of(201, room, 402, PARALLEL - room));
      assertThat(reader.stop()).isPositive();
    }
    assertThat(spentAndHeld(session)).isEqualByComparingTo("2");
  }

  @Test
  void of_1000_parallel_holds_a_cap_grants_what_it_can_pay_and_not_one_more() throws Exception {
    int room = 137;
    limit("'monthly_cap':15");
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sessions.add(start("'budget':10"));
    }
    use(sessions.getFirst(), "before", "1.25", null);

    try (var reader = new Reader(this::monthSpentAndHeld, new BigDecimal("15"))) {
      assertThat(statuses(PARALLEL, i -> hold(sessions.get(i % 20), "h" + i, "0.1")))
          .isEqualTo(Map.of(201, room, 402, PARALLEL - room));
      assertThat(reader.stop()).isPositive();
    }
    assertThat(monthSpentAndHeld()).isEqualByComparingTo("14.95");
  }

  /** Grants, settles and releases all at once; what is settled for less frees the rest. */
  @Test
  void spent_and_held_never_pass_the_cap_while_holds_come_and_go() throws Exception {
    limit("'monthly_cap':5");
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sessions.add(start("'budget':1"));
    }

    try (var reader = new Reader(this::monthSpentAndHeld, new BigDecimal("5"))) {
      Map<Integer, Integer> statuses =
          statuses(
              CROWD,
              i -> {
                String session = sessions.get(i % 10);
                LocalClient.Answer held = hold(session, "h" + i, "0.2");
                if (held.status() == 201 && i % 3 == 0) {
                  assertThat(release(session, "h" + i).status()).isEqualTo(204);
                } else if (held.status() == 201) {
                  assertThat(use(session, "e" + i, "0.05", "h" + i).status()).isEqualTo(200);
                }
                return held;
              });
      assertThat(reader.stop()).isPositive();
      assertThat(statuses.keySet()).isSubsetOf(201, 402);
    }
    JsonNode month = month();
    assertThat(month.path("held").decimalValue()).isEqualByComparingTo("0");
    BigDecimal spent =
        sessions.stream()
            .map(session -> state(session).path("total_cost").decimalValue())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(spent).isPositive();
    assertThat(month.path("spent").decimalValue()).isEqualByComparingTo(spent);
    assertThat(month.path("remaining").decimalValue())
        .isEqualByComparingTo(new BigDecimal("5").subtract(spent));
  }

  @Test
  void a_hold_is_settled_released_or_expires() {
    String session = start("'budget':1");
    hold(session, "settled", "0.3");
    hold(session, "released", "0.3");
    hold(session, "expiring", "0.3");
    assertThat(hold(session, "next", "0.2").code()).isEqualTo("session_budget_reached");

    LocalClient.Answer used = use(session, "e", "0.1", "settled");
    assertThat(used.money("held")).isEqualByComparingTo("0.6");
    release(session, "released");
    assertThat(state(session).path("held").decimalValue()).isEqualByComparingTo("0.3");

    passes(Duration.ofMinutes(10));
    assertThat(state(session).path("held").decimalValue()).isEqualByComparingTo("0");
    assertThat(hold(session, "rest", "0.9").status()).isEqualTo(201);
    assertThat(use(session, "f", "0.2", "expiring").money("total_cost"))
        .isEqualByComparingTo("0.3");
  }

  @Test
  void L10_what_expired_holds_took_of_a_cap_is_free_again() {
    limit("'monthly_cap':1");
    String one = start("'budget':1");
    String two = start("'budget':1");
    hold(one, "cancelled", "0.9");
    assertThat(hold(two, "h", "0.5").code()).isEqualTo("customer_cap_reached");

    // Another session takes them back a little later, since clocks differ.
    passes(Duration.ofMinutes(10).plusSeconds(6));

    assertThat(hold(two, "h", "1").status()).isEqualTo(201);
    assertThat(monthSpentAndHeld()).isEqualByComparingTo("1");
  }

  @Test
  void the_sweep_ends_a_session_that_nothing_used_for_an_hour() {
    String idle = start("'budget':1");
    String used = start("'budget':1");
    String holding = start("'budget':1");
    passes(Duration.ofMinutes(45));
    use(used, "e", "0.1", null);
    assertThat(
            http.post(
                    "/v1/sessions/" + holding + "/holds",
                    "{'hold_id':'h','amount':0.5,'ttl_seconds':3600}")
                .status())
        .isEqualTo(201);
    passes(Duration.ofMinutes(16));

    LocalClient.Answer swept = http.sweep();

    assertThat(swept.status()).as(swept.text()).isEqualTo(200);
    assertThat(swept.json().path("failed").asInt()).isZero();
    assertThat(swept.json().path("finished").asBoolean()).isTrue();
    assertThat(swept.json().path("sessions_closed").asInt()).isPositive();
    assertThat(state(idle).path("status").asText()).isEqualTo("ended");
    assertThat(state(used).path("status").asText()).isEqualTo("open");
    assertThat(state(holding).path("status").asText()).isEqualTo("open");

    passes(Duration.ofMinutes(43));
    http.sweep();
    assertThat(state(used).path("status").asText()).as("used 59 minutes ago").isEqualTo("open");
    assertThat(state(holding).path("status").asText()).as("hold expires soon").isEqualTo("open");

    passes(Duration.ofMinutes(2));
    http.sweep();
    assertThat(state(used).path("status").asText()).isEqualTo("ended");
    assertThat(state(holding).path("status").asText()).isEqualTo("ended");
    assertThat(month().path("open_sessions").asInt()).isZero();
    assertThat(month().path("claimed").decimalValue()).isEqualByComparingTo("0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'detail-type':'Scheduled Event','detail':{}}"})
  void the_sweep_takes_whatever_event_comes(String event) {
    LocalClient.Answer answer = http.post("/_local/invoke/BudgetSweepFunction", event);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "scanned",
            "at_risk",
            "capped",
            "sessions_closed",
            "healed",
            "failed",
            "duration_ms",
            "finished");
  }

  @Test
  void a_cap_that_is_raised_in_mid_month_acts_at_once() {
    limit("'monthly_cap':1");
    String session = start("'budget':10");
    LocalClient.Answer used = use(session, "e", "1", null);
    assertThat(used.json().path("stop_reason").asText()).isEqualTo("customer_cap_reached");
    assertThat(hold(session, "h", "0.5").code()).isEqualTo("customer_cap_reached");
    LocalClient.Answer refused = http.post("/v1/sessions", "{'customer_id':'" + customer + "'}");
    assertThat(refused.status()).isEqualTo(402);
    assertThat(refused.json().path("level").asText()).isEqualTo("customer");
    assertThat(refused.money("spent")).isEqualByComparingTo("1");
    assertThat(refused.money("cap")).isEqualByComparingTo("1");
    assertThat(refused.money("remaining")).isEqualByComparingTo("0");

    limit("'monthly_cap':2");

    assertThat(hold(session, "h", "0.5").status()).isEqualTo(201);
    assertThat(state(session).path("stop").asBoolean()).isFalse();
    start("'budget':1");
    limit("'monthly_cap':1.2");
    assertThat(hold(session, "i", "0.1").code()).isEqualTo("customer_cap_reached");
    topUp("t", "0.5");
    assertThat(hold(session, "i", "0.2").status()).isEqualTo(201);
    assertThat(hold(session, "j", "0.01").code()).isEqualTo("customer_cap_reached");
  }

  @Test
  void a_new_month_starts_fresh_and_the_old_one_keeps_its_last_minutes() {
    http.setClock("2031-11-30T23:55:00Z");
    limit("'monthly_cap':1,'plan_price':3");
    String session = start("'budget':10");
    use(session, "e", "0.9", null);
    hold(session, "h", "0.1");
    assertThat(admission("0.01").path("allowed").asBoolean()).isFalse();
    topUp("t", "0.5");

    http.setClock("2031-12-01T00:01:00Z");

    assertThat(admission("1").path("allowed").asBoolean()).isTrue();
    assertThat(admission("1").path("period").asText()).isEqualTo("2031-12");
    assertThat(hold(session, "i", "1").status()).isEqualTo(201);
    // A hold counts in the month that it was granted in, and so does what settles it.
    LocalClient.Answer late = use(session, "f", "0.1", "h");
    assertThat(late.status()).as(late.text()).isEqualTo(200);
    use(session, "g", "0.25", "i");
    assertThat(month().path("spent").decimalValue()).isEqualByComparingTo("0.25");
    assertThat(report("2031-11").path("total_cost").decimalValue()).isEqualByComparingTo("1");
    assertThat(report("2031-11").path("margin").decimalValue()).isEqualByComparingTo("2");
    assertThat(report("2031-12").path("total_cost").decimalValue()).isEqualByComparingTo("0.25");
    assertThat(month().path("cap").decimalValue()).as("no top-up").isEqualByComparingTo("1");
    JsonNode listed = http.get("/v1/customers?period=2031-12&state=ok").json().path("customers");
    assertThat(listed.findValuesAsText("customer_id")).containsExactly(customer);
  }

  @Test
  void admission_says_what_a_hold_would_meet() {
    limit("'monthly_cap':1");
    assertThat(admission("1").path("allowed").asBoolean()).isTrue();
    String session = start("'budget':10");
    hold(session, "h", "0.4");

    JsonNode refused = admission("0.61");
    assertThat(refused.path("allowed").asBoolean()).isFalse();
    assertThat(refused.path("code").asText()).isEqualTo("customer_cap_reached");
    assertThat(refused.path("remaining").decimalValue()).isEqualByComparingTo("0.6");
    assertThat(admission("0.6").path("allowed").asBoolean()).isTrue();
    assertThat(hold(session, "i", "0.6").status()).isEqualTo(201);
  }

  /** Sees a figure again and again, and remembers the most it came to. */
  private static final class Reader implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;
    private volatile BigDecimal most = BigDecimal.ZERO;
    private volatile int reads;
    private final BigDecimal limit;

    Reader(Supplier<BigDecimal> figure, BigDecimal limit) {
      this.limit = limit;
      this.thread =
          Thread.ofVirtual()
              .start(() -> {
                int count = 0;
                while (!stopped.get()) {
                  most = most.max(figure.get());
                  reads = ++count;
                }
              });
    }

    /** How often it has read. */
    int stop() throws InterruptedException {
      stopped.set(true);
      thread.join();
      assertThat(most).as("the most that a reader saw").isLessThanOrEqualTo(limit);
      return reads;
    }

    @Override
    public void close() {
      stopped.set(true);
    }
  }

  /** Does it all at once, and counts the statuses. */
  private static Map<Integer, Integer> statuses(int count, IntFunction<LocalClient.Answer> call)
      throws Exception {
    Map<Integer, Integer> statuses = new TreeMap<>();
    int tries = 0;
    var begin = new CountDownLatch(1);
    long start;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<LocalClient.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        answers.add(
            executor.submit(() -> {
              begin.await();
              return call.apply(number);
            }));
      }
      start = System.nanoTime();
      begin.countDown();
      for (Future<LocalClient.Answer> answer : answers) {
        statuses.merge(answer.get().status(), 1, Integer::sum);
        tries += answer.get().tries();
      }
    }
    System.out.printf(
        "%d calls at once: %s in %d ms, sent %d times%n",
        count, statuses, Duration.ofNanos(System.nanoTime() - start).toMillis(), tries);
    return statuses;
  }

  private void limit(String fields) {
    LocalClient.Answer answer = http.put("/v1/customers/" + customer, "{" + fields + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private void topUp(String topUpId, String amount) {
    LocalClient.Answer answer =
        http.post(
            "/v1/customers/" + customer + "/top-ups",
            "{'top_up_id':'%s','amount':%s}".formatted(topUpId, amount));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private String start(String fields) {
    LocalClient.Answer answer =
        http.post("/v1/sessions", "{'customer_id':'" + customer + "'," + fields + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json().path("session_id").asText();
  }

  private static LocalClient.Answer hold(String session, String holdId, String amount) {
    return http.post(
        "/v1/sessions/" + session + "/holds",
        "{'hold_id':'%s','amount':%s}".formatted(holdId, amount));
  }

  private static LocalClient.Answer release(String session, String holdId) {
    return http.delete("/v1/sessions/" + session + "/holds/" + holdId);
  }

  private static LocalClient.Answer use(
      String session, String eventId, String cost, @org.jspecify.annotations.Nullable String hold) {
    return http.post(
        "/v1/sessions/" + session + "/usage",
        "{'event_id':'%s','input_tokens':1,'output_tokens':1,'cost':%s,'hold_id':%s}"
            .formatted(eventId, cost, hold == null ? "null" : "'" + hold + "'"));
  }

  private static JsonNode state(String session) {
    return http.get("/v1/sessions/" + session).json();
  }

  private static BigDecimal spentAndHeld(String session) {
    JsonNode state = state(session);
    return state.path("total_cost").decimalValue().add(state.path("held").decimalValue());
  }

  private JsonNode month() {
    return http.get("/v1/customers/" + customer).json().path("month");
  }

  private BigDecimal monthSpentAndHeld() {
    JsonNode month = month();
    return month.path("spent").decimalValue().add(month.path("held").decimalValue());
  }

  private JsonNode admission(String amount) {
    return http.get("/v1/customers/" + customer + "/admission?amount=" + amount).json();
  }

  private JsonNode report(String period) {
    return http.get("/v1/customers/" + customer + "/report?period=" + period).json();
  }

  private static void passes(Duration time) {
    Instant now = peras.clock().instant();
    peras.clock().set(now.plus(time));
  }
}
