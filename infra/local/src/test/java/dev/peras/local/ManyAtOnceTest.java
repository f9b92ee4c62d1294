package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.local.Client.Answer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many writers to one session, each event sent twice: every one counts once. */
class ManyAtOnceTest {
  private static final int THREADS = 32;
  private static final int EVENTS = 50;
  private static final int SINGLE = 10;
  private static final int BATCH = 10;
  private static final BigDecimal PER_MILLION = new BigDecimal("0.000001");

  @Test
  void thirty_two_writers_and_one_session() throws Exception {
    try (var peras = LocalPeras.start(Map.of());
        var client = new Client(peras.baseUri());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      client.put("/v1/prices/plain", "{\"input\": 1, \"output\": 2}");
      String session = "{\"session_id\": \"s\", \"customer_id\": \"c\", \"model\": \"plain\"}";
      assertThat(client.post("/v1/sessions", session).status()).isEqualTo(201);

      List<Future<Integer>> counted = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        counted.add(threads.submit(() -> send(client, thread)));
      }
      int fresh = 0;
      for (Future<Integer> one : counted) {
        fresh += one.get();
      }

      int all = THREADS * EVENTS;
      assertThat(fresh).as("answers that were no duplicates").isEqualTo(all);
      // Event number n has n tokens in and one out.
      BigDecimal want = PER_MILLION.multiply(BigDecimal.valueOf(all * (all - 1L) / 2 + 2L * all));
      Answer ended = client.post("/v1/sessions/s/end", null);
      assertThat(ended.json().path("steps").intValue()).isEqualTo(all);
      assertThat(ended.money("/total_cost")).isEqualByComparingTo(want);
      assertThat(client.get("/v1/customers/c").money("/month/spent")).isEqualByComparingTo(want);
      assertThat(ledger(client)).hasSize(all);
    }
  }

  /** Sends a thread's events, each request twice; returns how many events counted. */
  private static int send(Client client, int thread) {
    int fresh = 0;
    int first = thread * EVENTS;
    for (int from = first; from < first + EVENTS; ) {
      // One by one at first; all the way, that would take minutes on a small machine.
      int size = from < first + SINGLE ? 1 : BATCH;
      String body = size == 1 ? event(from) : batch(from, size);
      for (int copy = 0; copy < 2; copy++) {
        Answer answer = client.postUntilDone("/v1/sessions/s/usage", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        for (JsonNode entry : answer.json().path("events")) {
          fresh += entry.path("duplicate").booleanValue() ? 0 : 1;
        }
      }
      from += size;
    }
    return fresh;
  }

  private static String event(int number) {
    return "{\"event_id\": \"e%d\", \"input_tokens\": %d, \"output_tokens\": 1}"
        .formatted(number, number);
  }

  private static String batch(int from, int size) {
    return IntStream.range(from, from + size)
        .mapToObj(ManyAtOnceTest::event)
        .collect(Collectors.joining(",", "{\"events\": [", "]}"));
  }

  private static Set<String> ledger(Client client) {
    Set<String> ids = new HashSet<>();
    String cursor = "";
    while (true) {
      JsonNode page = client.get("/v1/sessions/s/usage" + cursor).json();
      page.path("events").forEach(event -> ids.add(event.path("event_id").asText()));
      if (page.path("cursor").isNull()) {
        return ids;
      }
      cursor = "?cursor=" + Client.encoded(page.path("cursor").asText());
    }
  }
}
