package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.local.Client.Answer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whole sessions, sent singly or in batches, in order or not, once or three times: the totals are
 * what the calls cost. The price comes with the product: deepseek-chat.
 */
class ReplayTest {
  private static final BigDecimal INPUT = new BigDecimal("0.00000028");
  private static final BigDecimal CACHED = new BigDecimal("0.000000028");
  private static final BigDecimal OUTPUT = new BigDecimal("0.00000042");
  private static final int RECORDINGS = 6;

  private static LocalPeras peras;
  private static Client client;

  @BeforeAll
  static void start() {
    peras = LocalPeras.start(Map.of());
    client = new Client(peras.baseUri());
  }

  @AfterAll
  static void stop() {
    client.close();
    peras.close();
  }

  @Test
  void generated_sessions() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("Generating sessions with -Dseed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      List<ObjectNode> events = new ArrayList<>();
      int context = 1_000 + random.nextInt(2_000);
      for (int step = 0; step < 60; step++) {
        int cached = random.nextInt(context);
        events.add(event("g" + step, context - cached, cached, random.nextInt(2_000)));
        context += random.nextInt(1_500);
      }
      play("generated-" + i, events, i);
    }
  }

  @Test
  void recorded_sessions() throws IOException {
    List<String> lines = Files.readAllLines(recordings());
    for (int i = 0; i < Math.min(RECORDINGS, lines.size()); i++) {
      List<ObjectNode> events = new ArrayList<>();
      BigDecimal theirs = BigDecimal.ZERO;
      for (JsonNode step : Client.parse(lines.get(i)).path("steps")) {
        int cached = step.path("cached_tokens").intValue();
        ObjectNode event =
            event(
                step.path("response_id").asText(),
                step.path("prompt_tokens").intValue() - cached,
                cached,
                step.path("completion_tokens").intValue());
        event.put("model", step.path("model").asText());
        event.put("tool_calls", step.path("tool_calls").intValue());
        event.put("prompt_hash", step.path("prompt_hash").asText());
        events.add(event);
        theirs = theirs.add(new BigDecimal(step.path("cost_usd").asText()));
      }
      BigDecimal ours = play("recorded-" + i, events, i);
      assertThat(ours).isCloseTo(theirs, within(INPUT));
    }
  }

  /** Beside the checkout, or where {@code -Dperas.recordings} says. They are no part of Peras. */
  private static Path recordings() {
    String given = System.getProperty("peras.recordings");
    if (given != null) {
      return Path.of(given);
    }
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path file = up.resolve("shared/data/agent-sessions.jsonl");
      if (Files.exists(file)) {
        return file;
      }
    }
    String message = "Skipped: shared/data/agent-sessions.jsonl is in no folder above this one";
    System.out.println(message);
    return abort(message);
  }

  /** Plays a session in one of four ways, and returns what it cost. */
  private static BigDecimal play(String id, List<ObjectNode> events, int way) {
    String start =
        "{\"session_id\": \"%s\", \"customer_id\": \"%s\", \"model\": \"deepseek-chat\"}"
            .formatted(id, id);
    assertThat(client.post("/v1/sessions", start).status()).isEqualTo(201);
    List<ObjectNode> sent = new ArrayList<>(events);
    if (way % 2 == 1) {
      sent.addAll(events);
      sent.addAll(events);
      Collections.shuffle(sent, new Random(way));
    }
    int size = way % 4 < 2 ? 1 : 40;
    for (int from = 0; from < sent.size(); from += size) {
      List<ObjectNode> part = sent.subList(from, Math.min(sent.size(), from + size));
      ObjectNode body = part.getFirst();
      if (size > 1) {
        body = Client.object();
        body.putArray("events").addAll(part);
      }
      Answer answer = client.post("/v1/sessions/" + id + "/usage", body.toString());
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    BigDecimal want =
        events.stream().map(ReplayTest::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(client.get("/v1/customers/" + id).money("/month/spent")).isEqualByComparingTo(want);
    Answer ended = client.post("/v1/sessions/" + id + "/end", null);
    assertThat(ended.money("/total_cost")).isEqualByComparingTo(want);
    assertThat(ended.json().path("steps").intValue()).isEqualTo(events.size());
    assertThat(client.get("/v1/customers/" + id).money("/month/spent")).isEqualByComparingTo(want);
    return want;
  }

  private static ObjectNode event(String id, int input, int cached, int output) {
    return Client.object()
        .put("event_id", id)
        .put("input_tokens", input)
        .put("cache_read_tokens", cached)
        .put("output_tokens", output);
  }

  private static BigDecimal cost(ObjectNode event) {
    return INPUT
        .multiply(event.get("input_tokens").decimalValue())
        .add(CACHED.multiply(event.get("cache_read_tokens").decimalValue()))
        .add(OUTPUT.multiply(event.get("output_tokens").decimalValue()));
  }
}
