package dev.peras.recordusage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.usage.Tokens;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Usage objects of every sender with the buckets and the cost that they come to, reckoned apart
 * from Peras by the rates of the source that stands in each line.
 */
class WorkedUsageTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void every_worked_example_comes_to_its_buckets_and_its_cost() throws IOException {
    Services peras = TestServices.create(new MovableClock("2026-11-25T12:00:00Z"));
    RecordUsageFunction function = new RecordUsageFunction(peras);
    TestHttp http = new TestHttp(event -> function.handleRequest(event, TestContext.NONE));
    List<String> lines = lines();
    Set<String> shapes = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode example = MAPPER.readTree(lines.get(i));
      shapes.add(example.path("shape").asText());
      TestServices.start(peras, "s" + i, "c", null);

      TestHttp.Answer answer = http.post("/v1/sessions/s" + i + "/usage", event(example));

      assertThat(answer.status()).as("%s%n%s", example, answer.text()).isEqualTo(200);
      assertThat(answer.json().path("events").path(0).path("cost").decimalValue())
          .as(example.toString())
          .isEqualByComparingTo(example.path("cost").asText());
      assertThat(buckets(peras.sessions().get("s" + i).tokens()))
          .as(example.toString())
          .isEqualTo(MAPPER.convertValue(example.path("tokens"), List.class).toString());
    }
    assertThat(lines).hasSizeGreaterThanOrEqualTo(120);
    assertThat(shapes).hasSizeGreaterThanOrEqualTo(40);
  }

  private static String event(JsonNode example) {
    ObjectNode event = MAPPER.createObjectNode().put("event_id", "e");
    event.set("model", example.path("model"));
    event.set("usage", example.path("usage"));
    example.path("event").properties().forEach(each -> event.set(each.getKey(), each.getValue()));
    return event.toString();
  }

  private static String buckets(Tokens tokens) {
    return List.of(
            tokens.input(),
            tokens.output(),
            tokens.cacheRead(),
            tokens.cacheWrite(),
            tokens.cacheWrite1h(),
            tokens.reasoning())
        .toString();
  }

  private static List<String> lines() throws IOException {
    try (InputStream file = WorkedUsageTest.class.getResourceAsStream("worked-usage.jsonl")) {
      String text = new String(requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      return new ArrayList<>(text.lines().toList());
    }
  }
}
