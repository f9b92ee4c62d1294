package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.local.Client.Answer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runner is killed in the middle of writing and started again, as often as {@code -Dkills=}
 * says: every event that was acknowledged is there, and sending everything once more makes every
 * total exact.
 */
class KillTest {
  private static final int WRITERS = 16;
  private static final int KILLS = Integer.getInteger("kills", 3);
  private static final int EVENTS_BEFORE_A_KILL = 300;

  /** By session, the numbers of the events that were answered. */
  private final List<Set<Integer>> acknowledged = new ArrayList<>();

  @Test
  void what_was_acknowledged_outlives_every_kill(@TempDir Path data) throws Exception {
    for (int s = 0; s < WRITERS; s++) {
      acknowledged.add(ConcurrentHashMap.newKeySet());
    }
    for (int kill = 0; kill < KILLS; kill++) {
      try (var runner = new RunnerProcess(data);
          var client = new Client(runner.base())) {
        System.out.printf("kill %d: started in %d ms%n", kill, runner.start().toMillis());
        prepare(client);
        checkThatAllIsThere(client);
        CountDownLatch enough = new CountDownLatch(EVENTS_BEFORE_A_KILL);
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
          List<Future<?>> sent = new ArrayList<>();
          for (int s = 0; s < WRITERS; s++) {
            int session = s;
            sent.add(threads.submit(() -> sendUntilKilled(client, session, enough)));
          }
          assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
          runner.kill();
          for (Future<?> one : sent) {
            one.get();
          }
        }
      }
    }
    try (var runner = new RunnerProcess(data);
        var client = new Client(runner.base())) {
      checkThatAllIsThere(client);
      checkTotalsOnceAllIsSentAgain(client);
    }
  }

  private void prepare(Client client) {
    client.put("/v1/prices/plain", "{\"input\": 1, \"output\": 2}");
    for (int s = 0; s < WRITERS; s++) {
      String start =
          "{\"session_id\": \"s%d\", \"customer_id\": \"c\", \"model\": \"plain\"}".formatted(s);
      assertThat(client.post("/v1/sessions", start).status()).isBetween(200, 201);
    }
  }

  /** Sends a session's events from the first one that was not answered. */
  private void sendUntilKilled(Client client, int session, CountDownLatch answered) {
    try {
      for (int i = acknowledged.get(session).size(); ; i++) {
        Answer answer = send(client, session, i);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        acknowledged.get(session).add(i);
        answered.countDown();
      }
    } catch (IOException e) {
      // killed
    }
  }

  /** Event number n has n tokens at a dollar per million, and one at two. */
  private static Answer send(Client client, int session, int number) throws IOException {
    String event =
        "{\"event_id\": \"e%1$d\", \"input_tokens\": %1$d, \"output_tokens\": 1}".formatted(number);
    return client.trySend(
        "POST", "/v1/sessions/s" + session + "/usage", event.getBytes(StandardCharsets.UTF_8));
  }

  private void checkThatAllIsThere(Client client) {
    for (int s = 0; s < WRITERS; s++) {
      assertThat(recorded(client, s)).as("session " + s).containsAll(acknowledged.get(s));
    }
  }

  /** The numbers of the events in a session's ledger. */
  private static Set<Integer> recorded(Client client, int session) {
    Set<Integer> numbers = new TreeSet<>();
    String cursor = "";
    while (true) {
      JsonNode page = client.get("/v1/sessions/s" + session + "/usage" + cursor).json();
      for (JsonNode event : page.path("events")) {
        numbers.add(Integer.valueOf(event.path("event_id").asText().substring(1)));
      }
      if (!page.path("cursor").isTextual()) {
        return numbers;
      }
      cursor = "?cursor=" + page.path("cursor").asText();
    }
  }

  private void checkTotalsOnceAllIsSentAgain(Client client) throws IOException {
    BigDecimal total = BigDecimal.ZERO;
    for (int s = 0; s < WRITERS; s++) {
      int events = recorded(client, s).size();
      for (int i = 0; i < events; i++) {
        assertThat(send(client, s, i).status()).isEqualTo(200);
      }
      BigDecimal want =
          new BigDecimal("0.000001")
              .multiply(BigDecimal.valueOf((long) events * (events - 1) / 2))
              .add(new BigDecimal("0.000002").multiply(BigDecimal.valueOf(events)));
      Answer state = client.get("/v1/sessions/s" + s);
      assertThat(state.json().path("steps").intValue()).isEqualTo(events);
      assertThat(state.money("/total_cost")).isEqualByComparingTo(want);
      total = total.add(want);
    }
    assertThat(client.get("/v1/customers/c").money("/month/spent")).isEqualByComparingTo(total);
    for (int s = 0; s < WRITERS; s++) {
      assertThat(client.post("/v1/sessions/s" + s + "/end", null).status()).isEqualTo(200);
    }
    Answer month = client.get("/v1/customers/c");
    assertThat(month.money("/month/spent")).isEqualByComparingTo(total);
    assertThat(month.money("/month/claimed")).isEqualByComparingTo(total);
    assertThat(month.json().at("/month/open_sessions").intValue()).isZero();
  }
}
