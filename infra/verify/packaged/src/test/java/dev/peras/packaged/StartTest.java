package dev.peras.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.testing.DynamoDbEmulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A function starts whatever it finds around it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Lambda's runtime client has a part for Linux only")
class StartTest {
  private static final Deployment DEPLOYMENT = Deployment.read();
  private static final Deployment.Function FUNCTION = DEPLOYMENT.function("ReadSessionsFunction");

  /** No credentials, and nowhere to ask for some. */
  private static final Map<String, String> NO_CREDENTIALS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "",
          "AWS_SECRET_ACCESS_KEY", "",
          "AWS_EC2_METADATA_DISABLED", "true",
          "AWS_CONFIG_FILE", "/nowhere",
          "AWS_SHARED_CREDENTIALS_FILE", "/nowhere");

  @TempDir Path folder;

  @Test
  void without_a_database() throws IOException {
    // Nothing listens on this port of the loopback interface.
    startsUnprimed(Map.of("QUARKUS_DYNAMODB_ENDPOINT_OVERRIDE", "http://127.0.0.1:1"));
  }

  @Test
  void without_credentials() throws IOException {
    startsUnprimed(NO_CREDENTIALS);
  }

  @Test
  void where_nobody_may_spend_by_default() throws IOException {
    Map<String, String> environment = new HashMap<>(NO_CREDENTIALS);
    environment.put("DEFAULT_MONTHLY_CAP", "0");
    startsUnprimed(environment);
  }

  private void startsUnprimed(Map<String, String> environment) throws IOException {
    try (FunctionProcess process = start(environment)) {
      process.awaitFrozen();
      process.restore();
      process.awaitReady();

      assertThat(process.output()).contains("Not primed: the database", "Primed an event");
      assertThat(process.isAlive()).isTrue();
    }
  }

  /** The SDK looks at this variable only where nobody told it an endpoint. */
  @Test
  void an_empty_endpoint_leaves_the_database_to_the_sdk() throws IOException {
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    String table = emulator.newTable();
    try (FunctionProcess process =
        start(
            Map.of(
                "QUARKUS_DYNAMODB_ENDPOINT_OVERRIDE",
                "",
                "AWS_ENDPOINT_URL_DYNAMODB",
                emulator.endpoint().toString(),
                "PERAS_TABLE",
                table))) {
      process.awaitFrozen();

      assertThat(FUNCTION.environment()).containsEntry("QUARKUS_DYNAMODB_ENDPOINT_OVERRIDE", "");
      assertThat(process.output()).contains("Primed the database");
    }
  }

  private FunctionProcess start(Map<String, String> environment) throws IOException {
    return new FunctionProcess(FUNCTION, Zips.unpack(FUNCTION, folder), environment);
  }
}
