package dev.peras.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.testing.DynamoDbEmulator;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every function's zip in a process of its own, on one emulator of DynamoDB. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Lambda's runtime client has a part for Linux only")
class FunctionsTest {
  private static final Deployment DEPLOYMENT = Deployment.read();

  @SuppressWarnings("unused") // by the tests' parameters
  static final List<Deployment.Function> FUNCTIONS = DEPLOYMENT.functions();

  @SuppressWarnings("unused")
  static final List<Deployment.Trigger> ROUTES =
      DEPLOYMENT.triggers().stream().filter(t -> t.type().equals("HttpApi")).toList();

  @TempDir static Path folder;
  private static String table = "";
  private static RunningFunctions functions;
  private static int itemsAfterPriming;

  @BeforeAll
  static void start() {
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    table = "peras-" + UUID.randomUUID();
    TemplateTable.create(emulator.client(), table);
    functions =
        new RunningFunctions(
            DEPLOYMENT, folder, RunningFunctions.database(emulator.endpoint(), table));
    // One after the other: all at once they would take each other's processors.
    DEPLOYMENT.functions().forEach(function -> functions.process(function.name()).awaitReady());
    itemsAfterPriming = items();
  }

  private static int items() {
    return DynamoDbEmulator.shared().client().scan(r -> r.tableName(table)).count();
  }

  @AfterAll
  static void stop() {
    functions.close();
  }

  @ParameterizedTest
  @FieldSource("FUNCTIONS")
  void are_primed_before_their_snapshot_is_taken(Deployment.Function function) {
    String output = functions.process(function.name()).output();

    assertThat(function.machine().snapStart()).isTrue();
    assertThat(output)
        .contains("Primed the database", "Primed the figures", "Primed an event")
        .doesNotContain("Not primed", "ERROR");
    assertThat(itemsAfterPriming).as("items that priming left").isZero();
  }

  @Test
  void answer_the_sample_events() {
    Story.tell(DEPLOYMENT, functions);
  }

  /** What the dashboard and the alarms of infra/deploy/monitoring.yaml look for. */
  @ParameterizedTest
  @FieldSource("FUNCTIONS")
  void write_figures_under_the_name_of_the_deployment(Deployment.Function function) {
    JsonNode figures =
        functions
            .process(function.name())
            .output()
            .lines()
            .filter(line -> line.startsWith("{\"_aws\":"))
            .map(HttpAnswer::parse)
            .findFirst()
            .orElseThrow();

    JsonNode directive = figures.at("/_aws/CloudWatchMetrics/0");
    assertThat(directive.path("Namespace").asText()).isEqualTo("Peras");
    assertThat(directive.path("Dimensions").toString()).isEqualTo("[[\"Service\"]]");
    assertThat(directive.at("/Metrics/0/Name").asText()).isEqualTo("Snapshots");
    assertThat(figures.path("Service").asText())
        .isEqualTo(function.environment().get("POWERTOOLS_SERVICE_NAME"))
        .isNotEmpty();
    assertThat(figures.path("Snapshots").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @FieldSource("ROUTES")
  void answer_a_bad_request_with_a_problem(Deployment.Trigger route) {
    ObjectNode event = (ObjectNode) HttpAnswer.parse(route.event());
    event.put("body", "{\"nonsense\":");
    event.putObject("queryStringParameters").put("nonsense", "1");

    HttpAnswer answer = HttpAnswer.of(functions.call(route, event.toString()));

    assertThat(answer.status()).as(answer.toString()).isBetween(400, 499);
    assertThat(answer.contentType()).isEqualTo("application/problem+json");
    assertThat(answer.body().path("detail").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @FieldSource("FUNCTIONS")
  void outlive_an_event_that_nobody_can_read(Deployment.Function function) {
    Deployment.Trigger trigger = function.triggers().getFirst();

    for (String unreadable : List.of("{\"version\":", "[]", "\"\"", "{\"requestContext\": 7}")) {
      if (trigger.type().equals("HttpApi")) {
        assertThat(functions.call(trigger, unreadable).payload()).isNotEmpty();
      }
    }

    assertThat(functions.call(trigger, "{\"version\":").isError()).isTrue();
    assertThat(functions.call(trigger).isError()).isFalse();
    assertThat(functions.process(function.name()).isAlive()).isTrue();
  }
}
