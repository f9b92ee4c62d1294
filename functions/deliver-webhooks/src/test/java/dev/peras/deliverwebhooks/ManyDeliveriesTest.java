package dev.peras.deliverwebhooks;

import static dev.peras.store.TestStore.costing;
import static dev.peras.store.TestStore.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.alerts.AlertType;
import dev.peras.store.AlertLog;
import dev.peras.store.Delivery;
import dev.peras.store.Endpoint;
import dev.peras.store.Store;
import dev.peras.store.TestStore;
import dev.peras.table.MemoryTable;
import dev.peras.testing.MovableClock;
import dev.peras.webhooks.Format;
import dev.peras.webhooks.Message;
import dev.peras.webhooks.Outcome;
import dev.peras.webhooks.SecretBox;
import dev.peras.webhooks.WebhookSecret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Fifty endpoints and two hundred alerts: receivers that fail by chance, refuse, hang, are down for
 * hours and recover.
 */
class ManyDeliveriesTest {
  private static final int ENDPOINTS = 50;
  private static final int ALERTS = 200;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final SecretBox BOX = new SecretBox(new byte[32]);

  private static final Pattern SEVENTH = Pattern.compile("\"session_id\":\"s[0-9]*7\"");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final MovableClock clock = new MovableClock("2026-11-10T12:00:00Z");
  private final Instant begin = clock.instant();
  private final Store store = TestStore.over(new MemoryTable(), clock);

  /** When each message was taken, by endpoint and alert. */
  private final Map<String, Instant> taken = new ConcurrentHashMap<>();

  private final Map<String, Random> chances = new HashMap<>();
  private final AtomicInteger posts = new AtomicInteger();
  private final AtomicInteger doubled = new AtomicInteger();

  /**
   * By its number: a fifth each fails by chance, refuses one alert of ten, is down, hangs, works.
   */
  private Outcome post(Message message, URI url) {
    posts.incrementAndGet();
    String endpoint = url.getPath().substring(1);
    int number = Integer.parseInt(endpoint.substring(1));
    String body = new String(message.body(), UTF_8);
    String alert = Objects.requireNonNull(message.headers().get("webhook-id"));
    boolean isOut = clock.instant().isBefore(begin.plus(Duration.ofHours(1 + number % 7)));
    Outcome.Failed down = new Outcome.Failed(503, "the answer was not 2xx", null);
    Outcome.Failed hangs = new Outcome.Failed(null, "no answer within 5000 ms", null);
    boolean isSeventh = SEVENTH.matcher(body).find();
    boolean fails = Objects.requireNonNull(chances.get(endpoint)).nextInt(10) < 2;
    Outcome outcome =
        switch (number % 5) {
          case 0 -> fails ? down : null;
          case 1 -> isSeventh ? new Outcome.Refused(422, "the message was refused with 422") : null;
          case 2 -> isOut ? down : null;
          case 3 -> isOut ? hangs : null;
          default -> null;
        };
    if (outcome != null) {
      return outcome;
    }
    if (taken.put(endpoint + " " + alert, clock.instant()) != null) {
      doubled.incrementAndGet();
    }
    return new Outcome.Delivered(200);
  }

  private void put(String id) {
    String secret = WebhookSecret.create(random);
    chances.put(id, new Random(random.nextLong()));
    Endpoint endpoint =
        Endpoint.registered(
            id,
            begin,
            new Endpoint.Address(
                Format.STANDARD.wireName(),
                BOX.seal(id, "https://receiver.example/" + id),
                List.of(BOX.seal(id, secret)),
                null),
            new Endpoint.Subscription(EnumSet.of(AlertType.BUDGET_EXCEEDED), null),
            true);
    store.endpoints().put(id, present -> endpoint);
  }

  @Test
  void fifty_endpoints_get_two_hundred_alerts_each_once_and_none_waits_longer_than_its_own_pause() {
    for (int i = 0; i < ENDPOINTS; i++) {
      put("w" + i);
    }
    Deliverer deliverer =
        new Deliverer(
            store.outbox(),
            store.endpoints(),
            new Deliverer.Parts(new Destinations(BOX, null), this::post, clock, random));
    int made = 0;
    int runs = 0;
    while (clock.instant().isBefore(begin.plus(Duration.ofHours(30)))) {
      for (int i = 0; i < 2 && made < ALERTS; i++) {
        String session = "s" + made++;
        store.sessions().start(start(session, "c", "1"));
        store.sessions().record(session, List.of(costing("e", "2")));
      }
      deliverer.run(List.of(), () -> true);
      runs++;
      checkNothingWaitsForAnEndpointThatTakes();
      clock.advance(made < ALERTS ? MINUTE : Duration.ofMinutes(5));
    }

    int sent = 0;
    int refused = 0;
    for (AlertLog.Entry entry : log()) {
      assertThat(entry.deliveries()).hasSize(ENDPOINTS);
      for (Delivery delivery : entry.deliveries()) {
        int number = Integer.parseInt(delivery.endpointId().substring(1));
        String session = Objects.requireNonNull(entry.report().alert().sessionId());
        boolean isRefused = number % 5 == 1 && session.endsWith("7");
        assertThat(delivery.state())
            .as("seed %d: %s", seed, delivery)
            .isEqualTo(isRefused ? Delivery.State.DEAD : Delivery.State.SENT);
        assertThat(delivery.attempts()).isLessThanOrEqualTo(isRefused ? 4 : 8);
        sent += isRefused ? 0 : 1;
        refused += isRefused ? 1 : 0;
      }
    }
    assertThat(doubled).as("seed %d: taken twice", seed).hasValue(0);
    assertThat(taken).hasSize(sent);
    System.out.printf(
        "%d endpoints x %d alerts: %d arrived once, %d refused and given up, %d posts in %d runs"
            + " (seed %d)%n",
        ENDPOINTS, ALERTS, sent, refused, posts.get(), runs, seed);
  }

  /** After a 2xx nothing is left that waited for the endpoint, but what has failed since. */
  private void checkNothingWaitsForAnEndpointThatTakes() {
    Set<String> taking =
        store.endpoints().list().stream()
            .filter(endpoint -> endpoint.health().failures() == 0)
            .map(Endpoint::id)
            .collect(Collectors.toSet());
    assertThat(store.outbox().waitingFor(taking)).as("seed %d", seed).isEmpty();
  }

  private List<AlertLog.Entry> log() {
    List<AlertLog.Entry> entries = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      var page = store.alerts().list("c", null, cursor);
      entries.addAll(page.entries());
      cursor = page.cursor();
    } while (cursor != null);
    return entries;
  }
}
