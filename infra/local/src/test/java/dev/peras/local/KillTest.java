package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.local.Client.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runner is killed in the middle of writing and started again: sending everything once more
 * makes every total exact. What was acknowledged last may be lost until then.
 */
class KillTest {
  private static final int SESSIONS = 8;
  private static final int EVENTS = 60;
  private static final int KILLED_AFTER = 150;
  private static final Pattern LISTENS = Pattern.compile("Peras listens on (http://\\S+)");

  @Test
  void sending_again_after_a_kill_is_exact(@TempDir Path data) throws Exception {
    // Killed twice: the second time after a recovery.
    for (int kill = 0; kill < 2; kill++) {
      try (var runner = new Runner(data);
          var client = new Client(runner.base)) {
        prepare(client);
        CountDownLatch enough = new CountDownLatch((kill + 1) * KILLED_AFTER);
        try (ExecutorService threads = Executors.newFixedThreadPool(SESSIONS)) {
          List<Future<Boolean>> sent = new ArrayList<>();
          for (int s = 0; s < SESSIONS; s++) {
            int session = s;
            sent.add(threads.submit(() -> send(client, session, enough)));
          }
          assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
          runner.kill();
          for (Future<Boolean> one : sent) {
            one.get();
          }
        }
      }
    }

    try (var runner = new Runner(data);
        var client = new Client(runner.base)) {
      prepare(client);
      BigDecimal total = BigDecimal.ZERO;
      for (int s = 0; s < SESSIONS; s++) {
        assertThat(send(client, s, new CountDownLatch(0))).as("all was answered").isTrue();
        // Event number n has n tokens at a dollar per million, and one at two.
        BigDecimal want =
            new BigDecimal("0.000001")
                .multiply(BigDecimal.valueOf(EVENTS * (EVENTS - 1) / 2))
                .add(new BigDecimal("0.000002").multiply(BigDecimal.valueOf(EVENTS)));
        Answer state = client.get("/v1/sessions/s" + s);
        assertThat(state.json().path("steps").intValue()).isEqualTo(EVENTS);
        assertThat(state.money("/total_cost")).isEqualByComparingTo(want);
        assertThat(client.get("/v1/sessions/s" + s + "/usage").json().path("events"))
            .hasSize(EVENTS);
        total = total.add(want);
      }
      assertThat(client.get("/v1/customers/c").money("/month/spent")).isEqualByComparingTo(total);
      for (int s = 0; s < SESSIONS; s++) {
        assertThat(client.post("/v1/sessions/s" + s + "/end", null).status()).isEqualTo(200);
      }
      Answer month = client.get("/v1/customers/c");
      assertThat(month.money("/month/spent")).isEqualByComparingTo(total);
      assertThat(month.money("/month/claimed")).isEqualByComparingTo(total);
      assertThat(month.json().at("/month/open_sessions").intValue()).isZero();
    }
  }

  private static void prepare(Client client) {
    client.put("/v1/prices/plain", "{\"input\": 1, \"output\": 2}");
    for (int s = 0; s < SESSIONS; s++) {
      String start =
          "{\"session_id\": \"s%d\", \"customer_id\": \"c\", \"model\": \"plain\"}".formatted(s);
      assertThat(client.post("/v1/sessions", start).status()).isBetween(200, 201);
    }
  }

  /** Sends a session's events from the first one on; returns whether all were answered. */
  private static boolean send(Client client, int session, CountDownLatch answered) {
    try {
      for (int i = 0; i < EVENTS; i++) {
        String event =
            "{\"event_id\": \"e%d\", \"input_tokens\": %d, \"output_tokens\": 1}".formatted(i, i);
        Answer answer =
            client.trySend(
                "POST",
                "/v1/sessions/s" + session + "/usage",
                event.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        answered.countDown();
      }
      return true;
    } catch (IOException e) {
      return false; // killed
    }
  }

  /** {@code make run} in a process of its own. */
  private static final class Runner implements AutoCloseable {
    private final Process process;
    private final URI base;

    Runner(Path data) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Dperas.stop-with-parent=true",
              "-cp",
              System.getProperty("java.class.path"),
              LocalRunner.class.getName());
      builder.environment().put("PORT", "0");
      builder.environment().put("DATA_DIR", data.toString());
      builder.redirectErrorStream(true);
      process = builder.start();
      base = listening(process.inputReader());
    }

    private static URI listening(BufferedReader output) throws IOException {
      StringBuilder said = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
        Matcher listens = LISTENS.matcher(line);
        if (listens.find()) {
          // Read on, or the runner would wait for room to write.
          Thread.ofVirtual().start(() -> output.lines().forEach(more -> {}));
          return URI.create(listens.group(1));
        }
      }
      throw new IllegalStateException("The runner ended:\n" + said);
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }
}
