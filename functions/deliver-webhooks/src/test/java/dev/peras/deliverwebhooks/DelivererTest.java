package dev.peras.deliverwebhooks;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.limits;
import static dev.peras.store.TestStore.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.standardwebhooks.Webhook;
import dev.peras.engine.alerts.AlertType;
import dev.peras.store.AlertLog;
import dev.peras.store.Delivery;
import dev.peras.store.Endpoint;
import dev.peras.store.Store;
import dev.peras.store.TestStore;
import dev.peras.table.MemoryTable;
import dev.peras.testing.MovableClock;
import dev.peras.webhooks.Format;
import dev.peras.webhooks.SecretBox;
import dev.peras.webhooks.Sender;
import dev.peras.webhooks.UrlRule;
import dev.peras.webhooks.WebhookSecret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts on their way to receivers that are there, that fail, and that come back. */
class DelivererTest {
  private static final SecretBox BOX = new SecretBox(new byte[32]);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration PAST_LEASE = Duration.ofSeconds(61);

  private final MovableClock clock = new MovableClock("2026-11-10T12:00:00Z");
  private final MemoryTable table = new MemoryTable();
  private final Store store = TestStore.over(table, clock);
  private final Sender sender = new Sender(new UrlRule(true), clock);
  private final String secret = WebhookSecret.create(new Random(4));
  private Receiver receiver = newReceiver();

  private static Receiver newReceiver() {
    try {
      return new Receiver();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() {
    receiver.close();
    receiver = newReceiver();
  }

  @AfterEach
  void close() {
    sender.close();
    receiver.close();
  }

  private Deliverer deliverer(Store its, Deliverer.Post post) {
    return new Deliverer(
        its.outbox(),
        its.endpoints(),
        new Deliverer.Parts(new Destinations(BOX, null), post, clock, new Random(7)));
  }

  private Deliverer.Result deliver() {
    return deliverer(store, sender::post).run(List.of(), () -> true);
  }

  private void put(String id, Format format, URI url, String... secrets) {
    put(endpoint(id, format, BOX, url, null, secrets));
  }

  private void put(Endpoint endpoint) {
    store.endpoints().put(endpoint.id(), present -> endpoint);
  }

  private static Endpoint endpoint(
      String id,
      Format format,
      SecretBox box,
      URI url,
      @Nullable Instant previousUntil,
      String... secrets) {
    return Endpoint.registered(
        id,
        Instant.EPOCH,
        new Endpoint.Address(
            format.wireName(),
            box.seal(id, url.toString()),
            List.of(secrets).stream().map(secret -> box.seal(id, secret)).toList(),
            previousUntil),
        new Endpoint.Subscription(EnumSet.complementOf(EnumSet.of(AlertType.WEBHOOK_TEST)), null),
        true);
  }

  /** The usual endpoint. */
  private void putEndpoint() {
    put("w", Format.STANDARD, receiver.url("/w"), secret);
  }

  /** Makes one alert: a session that costs more than its budget. */
  private void alert(String sessionId) {
    store.sessions().start(start(sessionId, "c", "1"));
    store.sessions().record(sessionId, List.of(costing("e", "2")));
  }

  private List<AlertLog.Entry> log() {
    List<AlertLog.Entry> entries = new ArrayList<>();
    String cursor = null;
    do {
      var page = store.alerts().list("c", null, cursor);
      entries.addAll(page.entries());
      cursor = page.cursor();
    } while (cursor != null);
    return entries;
  }

  private List<String> alertIds() {
    return log().stream().map(entry -> entry.report().alert().id()).toList();
  }

  private List<Delivery> deliveries() {
    return log().stream().flatMap(entry -> entry.deliveries().stream()).toList();
  }

  private Delivery delivery() {
    assertThat(deliveries()).hasSize(1);
    return deliveries().getFirst();
  }

  private List<Long> sequences() {
    return receiver.received().stream()
        .map(request -> request.data().path("sequence").longValue())
        .toList();
  }

  private static List<String> thresholds(Receiver.Received got) {
    List<String> labels = new ArrayList<>();
    got.data().path("thresholds").forEach(label -> labels.add(label.asText()));
    return labels;
  }

  private static List<Long> upTo(int last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void a_receiver_gets_an_alert_that_the_standards_library_verifies() throws Exception {
    clock.set(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()); // it refuses old ones
    putEndpoint();
    alert("s");

    Deliverer.Result result = deliver();

    assertThat(result.sent()).isEqualTo(1);
    Receiver.Received got = receiver.received().getFirst();
    new Webhook(secret)
        .verify(
            got.body(),
            Map.of(
                "webhook-id", List.of(got.id()),
                "webhook-timestamp", List.of(got.timestamp()),
                "webhook-signature", got.signatures()));
    assertThat(got.json().path("type").asText()).isEqualTo("session.budget_exceeded");
    assertThat(got.data().path("session_id").asText()).isEqualTo("s");
    assertThat(alertIds()).containsExactly(got.id());
    assertThat(delivery().state()).isEqualTo(Delivery.State.SENT);
  }

  @Test
  void L26_sixteen_writers_and_four_deliverers_make_each_alert_arrive_once() throws Exception {
    putEndpoint();
    store.customers().put("c", limits("16", "25%", "50%", "80%"));
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger writing = new AtomicInteger(16);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String session = "s" + i;
        all.add(
            threads.submit(() -> {
              go.await();
              Store own = TestStore.over(table, clock);
              own.sessions().start(start(session, "c", "0.5"));
              own.sessions().record(session, List.of(costing("e", "1")));
              return writing.decrementAndGet();
            }));
      }
      for (int i = 0; i < 4; i++) {
        all.add(
            threads.submit(() -> {
              go.await();
              Deliverer own = deliverer(TestStore.over(table, clock), sender::post);
              do {
                own.run(List.of(), () -> true);
              } while (writing.get() > 0);
              return own.run(List.of(), () -> true);
            }));
      }
      go.countDown();
      for (Future<?> each : all) {
        each.get();
      }
    }
    // Each session went over its budget, and each of four thresholds was crossed once.
    assertThat(receiver.ids()).doesNotHaveDuplicates().hasSameElementsAs(alertIds());
    assertThat(receiver.received())
        .filteredOn(got -> got.json().path("type").asText().equals("session.budget_exceeded"))
        .hasSize(16);
    assertThat(receiver.received())
        .filteredOn(got -> got.json().path("type").asText().startsWith("customer."))
        .flatExtracting(DelivererTest::thresholds)
        .containsExactlyInAnyOrder("25%", "50%", "80%", "cap");
    assertThat(sequences()).containsExactlyInAnyOrderElementsOf(upTo(receiver.received().size()));
    assertThat(receiver.received()).allMatch(got -> got.isSignedWith(secret));
  }

  /**
   * Handing over is the first transaction, the lease the second, the note that it is sent the
   * third.
   */
  @ParameterizedTest
  @CsvSource({"1,false,1", "1,true,1", "2,false,1", "2,true,1", "3,false,2", "3,true,1"})
  void L27_whatever_transaction_a_deliverer_dies_at_the_alert_arrives(
      int transaction, boolean after, int arrivals) {
    putEndpoint();
    alert("s");
    KillableTable killable = new KillableTable(table);
    Deliverer dying = deliverer(TestStore.over(killable, clock), sender::post);
    killable.killAt(transaction, after);
    run(dying);
    assertThat(killable.hasKilled()).isTrue();
    clock.advance(PAST_LEASE);

    deliver();

    assertThat(receiver.ids()).hasSize(arrivals).containsOnly(alertIds().getFirst());
    assertThat(delivery().state()).isEqualTo(Delivery.State.SENT);
    assertThat(sequences()).containsOnly(1L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void L27_a_deliverer_that_dies_before_or_after_the_post_has_not_sent_the_alert(boolean after) {
    putEndpoint();
    alert("s");
    Deliverer dying =
        deliverer(
            store,
            (message, url) -> {
              if (after) {
                sender.post(message, url);
              }
              throw new KillableTable.Killed();
            });
    run(dying);
    assertThat(delivery().state()).isEqualTo(Delivery.State.PENDING);
    deliver();
    assertThat(receiver.ids()).as("it is leased").hasSize(after ? 1 : 0);
    clock.advance(PAST_LEASE);

    deliver();

    assertThat(receiver.ids()).hasSize(after ? 2 : 1).containsOnly(alertIds().getFirst());
    assertThat(receiver.received()).allMatch(got -> got.isSignedWith(secret));
    assertThat(delivery().state()).isEqualTo(Delivery.State.SENT);
  }

  /** A record that dies before its transaction has alerted nothing; one after it has. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_record_that_dies_around_its_transaction_alerts_once_when_it_is_sent_again(boolean after) {
    putEndpoint();
    KillableTable killable = new KillableTable(table);
    Store dying = TestStore.over(killable, clock);
    dying.sessions().start(start("s", "c", "1"));
    killable.killAt(1, after);
    try {
      dying.sessions().record("s", List.of(costing("e", "2")));
    } catch (KillableTable.Killed killed) {
      deliver();
    }
    assertThat(receiver.ids()).hasSize(after ? 1 : 0);
    store.sessions().record("s", List.of(costing("e", "2")));
    deliver();
    assertThat(receiver.ids()).hasSize(1);
  }

  @Test
  void many_alerts_all_arrive_though_a_deliverer_dies_at_every_transaction() {
    putEndpoint();
    IntStream.range(0, 5).forEach(i -> alert("s" + i));
    KillableTable killable = new KillableTable(table);
    Store its = TestStore.over(killable, clock);
    boolean dies = true;
    for (int run = 0; dies; run++) {
      killable.killAt(1 + run % 4, run % 2 == 0);
      run(deliverer(its, sender::post));
      dies = killable.hasKilled();
      clock.advance(PAST_LEASE);
    }
    deliver();
    assertThat(log()).hasSize(5);
    assertThat(receiver.ids()).containsAll(alertIds());
    assertThat(sequences().stream().distinct().toList())
        .containsExactlyInAnyOrderElementsOf(upTo(5));
    assertThat(deliveries()).allMatch(delivery -> delivery.state() == Delivery.State.SENT);
  }

  private static void run(Deliverer deliverer) {
    try {
      deliverer.run(List.of(), () -> true);
    } catch (KillableTable.Killed killed) {
      // As told.
    }
  }

  @Test
  void a_receiver_that_was_down_for_ten_quarter_hours_gets_all() {
    putEndpoint();
    receiver.behave("/w", Receiver.DROPS);
    for (int quarter = 0; quarter < 10; quarter++) {
      alert("s" + quarter);
      store.sweep().run(() -> true);
      for (int minute = 0; minute < 15; minute++) {
        deliver();
        clock.advance(Duration.ofMinutes(1));
      }
    }
    int attempts = receiver.received().size();
    // Soon at first, then every five minutes, a fifth more or less.
    assertThat(attempts).as("attempts on an endpoint that is down").isBetween(20, 40);
    assertThat(deliveries()).noneMatch(delivery -> delivery.state() != Delivery.State.PENDING);
    receiver.behave("/w", Receiver.OK);
    for (int minute = 0; minute < 150; minute++) {
      clock.advance(Duration.ofMinutes(1));
      deliver();
    }
    List<Receiver.Received> up = receiver.received().subList(attempts, receiver.received().size());
    // With the ends of those sessions that the sweep has ended since.
    assertThat(up)
        .extracting(got -> got.data().path("sequence").longValue())
        .containsExactlyInAnyOrderElementsOf(upTo(log().size()));
    assertThat(deliveries()).allMatch(delivery -> delivery.state() == Delivery.State.SENT);
    Endpoint endpoint = store.endpoints().get("w");
    assertThat(endpoint.health().failures()).isZero();
    assertThat(endpoint.health().pausedUntil()).isNull();
  }

  @Test
  void a_receiver_that_asks_for_time_gets_it() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(429, "Retry-After", "600"));
    alert("s");
    alert("s2");
    Deliverer.Result result = deliver();
    assertThat(result.failed()).isEqualTo(1);
    assertThat(result.postponed()).isEqualTo(1);
    receiver.behave("/w", Receiver.OK);
    clock.advance(Duration.ofSeconds(599));
    deliver();
    assertThat(receiver.received()).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    deliver();
    assertThat(receiver.received()).hasSize(3);
  }

  @Test
  void a_server_error_is_tried_again_after_seconds() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(500));
    alert("s");
    deliver();
    assertThat(delivery())
        .extracting(Delivery::state, Delivery::attempts, Delivery::lastStatus)
        .containsExactly(Delivery.State.PENDING, 1, 500);
    receiver.behave("/w", Receiver.OK);
    clock.advance(Duration.ofSeconds(7));
    deliver();
    assertThat(receiver.received()).hasSize(1);
    clock.advance(Duration.ofSeconds(6));
    deliver();
    assertThat(receiver.received()).hasSize(2);
    assertThat(delivery())
        .extracting(Delivery::state, Delivery::attempts, Delivery::lastStatus, Delivery::lastError)
        .containsExactly(Delivery.State.SENT, 2, 204, null);
  }

  @Test
  void a_redirect_is_never_followed() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(302, "Location", receiver.url("/other").toString()));
    alert("s");
    deliver();
    assertThat(receiver.at("/other")).isEmpty();
    assertThat(delivery().state()).isEqualTo(Delivery.State.PENDING);
    assertThat(delivery().lastStatus()).isEqualTo(302);
    assertThat(delivery().lastError()).contains("redirect");
  }

  @Test
  void a_receiver_that_is_gone_is_disabled() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(410));
    alert("s");
    alert("s2");
    Deliverer.Result result = deliver();
    assertThat(result.dead()).isEqualTo(2);
    assertThat(receiver.received()).hasSize(1);
    Endpoint endpoint = store.endpoints().get("w");
    assertThat(endpoint.enabled()).isFalse();
    assertThat(endpoint.disabledBecause()).isEqualTo("it answered 410 Gone");
    alert("s3");
    deliver();
    assertThat(deliveries()).hasSize(2);
    assertThat(receiver.received()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "hang, no answer within 400 ms",
    "drop, the connection ended without an answer that is HTTP"
  })
  void a_receiver_that_hangs_or_drops_is_tried_again(String how, String why) {
    putEndpoint();
    receiver.behave("/w", how.equals("hang") ? receiver.hanging() : Receiver.DROPS);
    alert("s");
    Duration limit = how.equals("hang") ? Duration.ofMillis(400) : Sender.LIMIT;
    deliverer(store, (message, url) -> sender.post(message, url, limit)).run(List.of(), () -> true);
    assertThat(delivery())
        .extracting(Delivery::state, Delivery::lastStatus, Delivery::lastError)
        .containsExactly(Delivery.State.PENDING, null, why);
    receiver.behave("/w", Receiver.OK);
    clock.advance(Duration.ofSeconds(13));
    deliver();
    assertThat(delivery().state()).isEqualTo(Delivery.State.SENT);
  }

  @Test
  void a_slow_receiver_delays_nobody_else() {
    CountDownLatch othersServed = new CountDownLatch(1);
    for (String id : List.of("a-slow", "b-down", "c-fast")) {
      put(id, Format.STANDARD, receiver.url("/" + id), secret);
    }
    receiver.behave(
        "/a-slow",
        exchange -> {
          othersServed.await(); // were others to wait for this one, it would get no answer in time
          Receiver.OK.answer(exchange);
        });
    receiver.behave("/b-down", Receiver.DROPS);
    receiver.behave(
        "/c-fast",
        exchange -> {
          Receiver.OK.answer(exchange);
          othersServed.countDown();
        });
    alert("s");
    Deliverer.Result result = deliver();
    assertThat(result.sent()).isEqualTo(2);
    assertThat(result.failed()).isEqualTo(1);
    // While one is left alone after its failure, the others get what is new.
    alert("s2");
    assertThat(deliver().sent()).isEqualTo(2);
    assertThat(receiver.at("/b-down")).hasSize(1);
  }

  @Test
  void endpoints_are_served_side_by_side() {
    CyclicBarrier both = new CyclicBarrier(2);
    for (String id : List.of("a", "b")) {
      put(id, Format.STANDARD, receiver.url("/" + id), secret);
      receiver.behave(
          "/" + id,
          exchange -> {
            try {
              both.await();
            } catch (BrokenBarrierException e) {
              throw new IOException(e);
            }
            Receiver.OK.answer(exchange);
          });
    }
    alert("s");
    assertThat(deliver().sent()).isEqualTo(2);
  }

  @Test
  void after_eight_attempts_a_delivery_is_dead_listed_and_can_be_sent_by_hand() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(500));
    alert("s");
    for (int attempt = 1; attempt <= 8; attempt++) {
      deliver();
      assertThat(delivery().attempts()).isEqualTo(attempt);
      clock.set(Instant.ofEpochSecond(delivery().dueAt()).plusSeconds(1).toString());
    }
    assertThat(delivery().state()).isEqualTo(Delivery.State.DEAD);
    assertThat(delivery().lastStatus()).isEqualTo(500);
    clock.advance(Duration.ofDays(1));
    deliver();
    assertThat(receiver.received()).hasSize(8);

    receiver.behave("/w", Receiver.OK);
    store.alerts().redeliver(alertIds().getFirst());
    deliver();

    assertThat(receiver.ids()).hasSize(9).containsOnly(alertIds().getFirst());
    assertThat(delivery().state()).isEqualTo(Delivery.State.SENT);
  }

  @Test
  void after_three_days_what_waits_for_a_dead_receiver_is_dead() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(503, "Retry-After", "43200"));
    alert("first");
    alert("second");
    for (int hour = 0; hour <= 73; hour++) {
      deliver();
      clock.advance(HOUR);
    }
    alert("third");
    deliver();
    for (int hour = 0; hour <= 12; hour++) {
      clock.advance(HOUR);
      deliver();
    }
    assertThat(deliveries())
        .extracting(Delivery::state)
        .containsExactlyInAnyOrder(
            Delivery.State.DEAD, Delivery.State.DEAD, Delivery.State.PENDING);
    assertThat(receiver.received()).hasSizeLessThan(9);
  }

  @Test
  void many_alerts_for_a_chat_are_one_message() {
    put("slack", Format.SLACK, receiver.url("/slack"));
    IntStream.range(0, 6).forEach(i -> alert("s" + i));
    assertThat(deliver().sent()).isEqualTo(6);
    assertThat(receiver.received()).hasSize(1);
    assertThat(receiver.received().getFirst().body()).contains("6 alerts", "s0", "s5");
    assertThat(deliveries()).allMatch(delivery -> delivery.state() == Delivery.State.SENT);
    IntStream.range(0, 3).forEach(i -> alert("t" + i));
    deliver();
    assertThat(receiver.received()).as("few are told one by one").hasSize(4);
  }

  @Test
  void a_digest_that_fails_is_tried_again_as_a_whole() {
    put("slack", Format.SLACK, receiver.url("/slack"));
    receiver.behave("/slack", Receiver.answering(429, "Retry-After", "30"));
    IntStream.range(0, 6).forEach(i -> alert("s" + i));
    assertThat(deliver().failed()).isEqualTo(6);
    receiver.behave("/slack", Receiver.OK);
    clock.advance(Duration.ofSeconds(31));
    assertThat(deliver().sent()).isEqualTo(6);
    assertThat(receiver.received()).hasSize(2);
  }

  @Test
  void while_a_secret_rotates_both_sign_and_after_a_day_the_new_one_alone() {
    String old = WebhookSecret.create(new Random(5));
    Instant until = clock.instant().plus(Duration.ofHours(24));
    put(endpoint("w", Format.STANDARD, BOX, receiver.url("/w"), until, secret, old));
    alert("s");
    deliver();
    Receiver.Received during = receiver.received().getFirst();
    assertThat(during.signatures()).hasSize(2);
    assertThat(during.isSignedWith(secret)).isTrue();
    assertThat(during.isSignedWith(old)).isTrue();
    clock.advance(Duration.ofHours(24));
    alert("s2");
    deliver();
    Receiver.Received after = receiver.received().getLast();
    assertThat(after.signatures()).hasSize(1);
    assertThat(after.isSignedWith(secret)).isTrue();
  }

  @Test
  void an_endpoint_sealed_with_another_key_harms_nobody_else() {
    byte[] key = new byte[32];
    key[0] = 1;
    put(endpoint("bad", Format.STANDARD, new SecretBox(key), receiver.url("/bad"), null, secret));
    put("good", Format.STANDARD, receiver.url("/good"), secret);
    alert("s");
    Deliverer.Result result = deliver();
    assertThat(result.faults()).isEqualTo(1);
    assertThat(result.sent()).isEqualTo(1);
    assertThat(deliver().faults()).as("it is left alone for a while").isZero();
    // It is listed, and its deliveries end as others do; mended, it gets what still waits.
    for (int hour = 0; hour <= 90; hour++) {
      clock.advance(HOUR);
      deliver();
    }
    assertThat(deliveries())
        .extracting(Delivery::endpointId, Delivery::state)
        .containsExactlyInAnyOrder(
            tuple("bad", Delivery.State.DEAD), tuple("good", Delivery.State.SENT));
    put("bad", Format.STANDARD, receiver.url("/bad"), secret);
    store.alerts().redeliver(alertIds().getFirst());
    deliver();
    assertThat(receiver.at("/bad")).hasSize(1);
  }

  @Test
  void what_waits_for_an_endpoint_that_was_removed_is_dead() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(500));
    alert("s");
    deliver();
    store.endpoints().delete("w");
    clock.advance(HOUR);
    assertThat(deliver().dead()).isEqualTo(1);
    assertThat(delivery().lastError()).isEqualTo("the endpoint was removed");
  }

  private void refuse(String path, int status, String customerOrSession) {
    receiver.behave(
        path,
        exchange -> {
          boolean isIts = receiver.received().getLast().body().contains(customerOrSession);
          (isIts ? Receiver.answering(status) : Receiver.OK).answer(exchange);
        });
  }

  private Delivery deliveryOf(String sessionId) {
    return log().stream()
        .filter(entry -> sessionId.equals(entry.report().alert().sessionId()))
        .flatMap(entry -> entry.deliveries().stream())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 413, 422})
  void L61_a_message_that_is_refused_fails_alone_and_is_given_up_after_four_attempts(int status) {
    putEndpoint();
    refuse("/w", status, "ghost");
    alert("ghost");
    alert("good");
    Deliverer.Result result = deliver();
    assertThat(result.sent()).isEqualTo(1);
    assertThat(result.failed()).isEqualTo(1);
    assertThat(deliveryOf("good").state()).isEqualTo(Delivery.State.SENT);
    assertThat(deliveryOf("ghost").schedule().waiting()).isEqualTo(Delivery.Waiting.ITSELF);
    assertThat(deliveryOf("ghost").schedule().reason()).contains("" + status);
    assertThat(store.endpoints().get("w").health()).isEqualTo(Endpoint.Health.GOOD);
    for (int hour = 0; hour < 10; hour++) {
      alert("good" + hour);
      assertThat(deliver().sent()).as("new ones arrive at once").isEqualTo(1);
      clock.advance(HOUR);
    }
    deliver();
    assertThat(deliveryOf("ghost").state()).isEqualTo(Delivery.State.DEAD);
    assertThat(deliveryOf("ghost").attempts()).isEqualTo(4);
    assertThat(deliveryOf("ghost").schedule().reason()).contains("" + status);
  }

  @Test
  void L61_a_message_that_breaks_its_receiver_holds_up_the_others_for_seconds() {
    putEndpoint();
    refuse("/w", 500, "poison");
    alert("poison");
    deliver();
    for (int minute = 0; minute < 60; minute++) {
      alert("good" + minute);
      deliver();
      clock.advance(Duration.ofSeconds(30));
      deliver();
      clock.advance(Duration.ofSeconds(30));
      deliver();
      assertThat(deliveryOf("good" + minute).state()).isEqualTo(Delivery.State.SENT);
    }
    assertThat(deliveryOf("poison").attempts()).isLessThanOrEqualTo(8);
    assertThat(deliveryOf("poison").schedule().waiting()).isNotEqualTo(Delivery.Waiting.ENDPOINT);
  }

  @Test
  void L61_a_message_that_cannot_be_posted_fails_alone() {
    putEndpoint();
    alert("bad");
    alert("good");
    Deliverer.Result result =
        deliverer(
                store,
                (message, url) -> {
                  if (new String(message.body(), UTF_8).contains("bad")) {
                    throw new IllegalStateException("as told");
                  }
                  return sender.post(message, url);
                })
            .run(List.of(), () -> true);
    assertThat(result.faults()).isEqualTo(1);
    assertThat(result.failed()).isEqualTo(1);
    assertThat(result.sent()).isEqualTo(1);
    assertThat(deliveryOf("bad").attempts()).isEqualTo(1);
    assertThat(deliveryOf("bad").lastError()).contains("could not be made or posted");
    clock.advance(HOUR);
    deliver();
    assertThat(deliveryOf("bad").state()).isEqualTo(Delivery.State.SENT);
  }

  @Test
  void L61_of_a_digest_that_is_refused_only_the_one_at_fault_is_given_up() {
    put("slack", Format.SLACK, receiver.url("/slack"));
    refuse("/slack", 400, "ghost");
    alert("ghost");
    IntStream.range(0, 5).forEach(i -> alert("s" + i));
    assertThat(deliver().failed()).isEqualTo(6);
    clock.advance(Duration.ofSeconds(73));
    Deliverer.Result alone = deliver();
    assertThat(alone.sent()).isEqualTo(5);
    assertThat(alone.failed()).isEqualTo(1);
  }

  @Test
  void L65_what_waits_for_an_endpoint_never_reaches_a_later_owner_of_its_id() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(503));
    alert("s");
    deliver();
    store.endpoints().delete("w");
    Endpoint next = endpoint("w", Format.STANDARD, BOX, receiver.url("/next"), null, secret);
    put(
        Endpoint.registered(
            "w",
            Instant.EPOCH,
            next.address(),
            new Endpoint.Subscription(next.subscription().events(), "another"),
            true));
    for (int hour = 0; hour < 24; hour++) {
      clock.advance(HOUR);
      deliver();
    }
    assertThat(receiver.at("/next")).isEmpty();
    assertThat(delivery().state()).isEqualTo(Delivery.State.DEAD);
    assertThat(delivery().schedule().reason()).contains("another customer");
  }

  @Test
  void L66_whatever_arrives_first_after_an_outage_frees_all_that_waits() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(503));
    for (int i = 0; i < 30; i++) {
      alert("s" + i);
      deliver();
      clock.advance(Duration.ofMinutes(20));
    }
    deliver();
    assertThat(deliveries()).allMatch(delivery -> delivery.state() == Delivery.State.PENDING);
    receiver.behave("/w", Receiver.OK);
    clock.advance(Duration.ofMinutes(6));
    alert("after");
    assertThat(deliver().sent()).isEqualTo(31);
    assertThat(deliveries()).allMatch(delivery -> delivery.state() == Delivery.State.SENT);
  }

  @Test
  void L66_what_a_run_frees_and_has_no_time_for_is_due_in_the_next() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(503, "Retry-After", "3600"));
    IntStream.range(0, 8).forEach(i -> alert("s" + i));
    deliver();
    receiver.behave("/w", Receiver.OK);
    store.alerts().redeliver(alertIds().getFirst());
    AtomicInteger posts = new AtomicInteger();
    deliverer(
            store,
            (message, url) -> {
              posts.incrementAndGet();
              return sender.post(message, url);
            })
        .run(List.of(), () -> posts.get() < 1);
    assertThat(posts).hasValue(1);
    assertThat(deliver().sent()).isEqualTo(7);
  }

  @Test
  void an_endpoint_that_asks_for_other_alerts_by_now_does_not_get_what_waits() {
    putEndpoint();
    receiver.behave("/w", Receiver.answering(500));
    alert("s");
    deliver();
    Endpoint present = store.endpoints().get("w");
    put(
        Endpoint.registered(
            "w",
            Instant.EPOCH,
            present.address(),
            new Endpoint.Subscription(EnumSet.of(AlertType.CAPPED), null),
            true));
    receiver.behave("/w", Receiver.OK);
    clock.advance(HOUR);
    assertThat(deliver().dead()).isEqualTo(1);
    assertThat(receiver.received()).hasSize(1);
    assertThat(delivery().schedule().reason()).contains("other types of alerts");
  }

  @Test
  void a_run_without_time_leaves_the_rest_to_the_next() {
    putEndpoint();
    IntStream.range(0, 5).forEach(i -> alert("s" + i));
    AtomicInteger asked = new AtomicInteger();
    deliverer(store, sender::post).run(List.of(), () -> asked.incrementAndGet() < 8);
    assertThat(receiver.received()).hasSizeLessThan(5);
    deliver();
    assertThat(receiver.ids()).doesNotHaveDuplicates().hasSize(5);
  }

  @Test
  void the_streams_alerts_are_delivered_at_once_and_others_left_alone() {
    putEndpoint();
    alert("s");
    alert("s2");
    String first = store.outbox().notHandedOver().getFirst();
    Deliverer.Result result =
        deliverer(store, sender::post).run(List.of(first, "no-such-alert"), () -> true);
    assertThat(result.handedOver()).isEqualTo(1);
    assertThat(result.sent()).isEqualTo(1);
    assertThat(receiver.ids()).containsExactly(first);
  }
}
