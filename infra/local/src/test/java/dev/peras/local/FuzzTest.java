package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.RequestFuzz;
import dev.peras.app.RequestFuzz.Names;
import dev.peras.app.RequestFuzz.Sample;
import dev.peras.local.Client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Requests that nobody should send, over HTTP to the whole stack: none is answered with a 5xx, and
 * those that must be refused change nothing.
 *
 * <p>{@code -Dfuzz.seed} repeats a run, {@code -Dfuzz.samples} makes one longer.
 */
class FuzzTest {
  private static final int CLIENTS = 8;
  private static final Names GUARDED = new Names("guarded", "guarded", "guarded");

  @Test
  void nothing_is_broken_by_bad_requests() throws Exception {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    int samples = Integer.getInteger("fuzz.samples", 20_000);
    System.out.println("Fuzzing the runner with -Dfuzz.seed=" + seed);
    long start = System.nanoTime();
    try (var peras = LocalPeras.start(Map.of());
        var client = new Client(peras.baseUri());
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      client.put("/v1/prices/test-model", "{\"input\": 1, \"output\": 2}");
      prepare(client, GUARDED);
      String usage = "{\"event_id\": \"old\", \"input_tokens\": 100, \"output_tokens\": 10}";
      assertThat(client.post("/v1/sessions/guarded/usage", usage).status()).isEqualTo(200);
      String before = BadInputTest.state(client);

      List<Future<Integer>> refused = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        refused.add(threads.submit(() -> send(client, seed, number, samples / CLIENTS)));
      }
      int count = 0;
      for (Future<Integer> one : refused) {
        count += one.get();
      }

      assertThat(BadInputTest.state(client)).isEqualTo(before);
      assertThat(client.get("/v1/sessions/guarded/usage").json().path("events")).hasSize(1);
      assertThat(count).isGreaterThan(samples / 2);
      System.out.printf(
          "%d requests in %d s, %d of them had to be refused%n",
          samples, (System.nanoTime() - start) / 1_000_000_000, count);
    }
  }

  /** Each client has names of its own for what may succeed, so that they do not get in the way. */
  private static int send(Client client, long seed, int number, int samples) {
    String own = "scratch-" + number;
    Names scratch = new Names(own, own, "test-model");
    prepare(client, new Names(own, own, own));
    RequestFuzz fuzz = new RequestFuzz(seed + number, GUARDED, scratch);
    int refused = 0;
    for (int i = 0; i < samples; i++) {
      Sample sample = fuzz.next();
      Answer answer = client.send(sample.method(), sample.path(), sample.body());
      assertThat(answer.status())
          .as("%s%nanswered with %s", sample, answer.text())
          .isBetween(sample.mustFail() ? 400 : 200, 499);
      if (answer.status() >= 400) {
        assertThat(answer.contentType()).as("%s", sample).isEqualTo("application/problem+json");
        assertThat(answer.json().path("detail").asText()).as("%s", sample).isNotBlank();
      }
      refused += sample.mustFail() ? 1 : 0;
    }
    return refused;
  }

  private static void prepare(Client client, Names names) {
    String price = "{\"input\": 1, \"output\": 2}";
    assertThat(client.put("/v1/prices/" + names.model(), price).status()).isEqualTo(201);
    String session =
        "{\"session_id\": \"%s\", \"customer_id\": \"%s\", \"model\": \"%s\"}"
            .formatted(names.sessionId(), names.customerId(), names.model());
    assertThat(client.post("/v1/sessions", session).status()).isEqualTo(201);
    // Nobody listens there, and nothing of the guarded customer is alerted.
    String webhook =
        "{\"url\": \"http://127.0.0.1:9/\", \"format\": \"standard\", \"customer_id\": \"%s\"}"
            .formatted(names.customerId());
    assertThat(client.put("/v1/webhooks/" + names.sessionId(), webhook).status()).isEqualTo(201);
  }
}
