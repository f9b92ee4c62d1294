package dev.peras.testing;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * A DynamoDB to test against over real HTTP, one for all tests of a process: moto's server in a
 * process beside this one, or whatever {@code -Ddynamodb.endpoint=URL} names (LocalStack, say, or
 * DynamoDB Local for people who accept its terms).
 *
 * <p>moto is a Python package; {@code .ci/run} installs it. Where it is missing, tests that need it
 * are skipped, but never on a build server.
 */
public final class DynamoDbEmulator {
  private static final String ENDPOINT = "dynamodb.endpoint";

  private static volatile boolean isMoto;

  private final URI endpoint;
  private final DynamoDbClient client;
  private @Nullable String table;

  private DynamoDbEmulator(URI endpoint) {
    this.endpoint = endpoint;
    this.client = newClient();
  }

  /** Holds the one that is shared, once somebody asks for it. */
  private static final class Shared {
    static final Optional<DynamoDbEmulator> EMULATOR = find();
  }

  /**
   * The one for all tests of this process.
   *
   * @throws TestAbortedException where there is none, so that a test is skipped
   */
  public static DynamoDbEmulator shared() {
    return Shared.EMULATOR.orElseThrow(() -> {
      String message =
          "moto is not installed: pip install -r functions/core/testing/requirements.txt, or name"
              + " another DynamoDB by -D"
              + ENDPOINT
              + "=URL";
      return System.getenv("CI") == null
          ? new TestAbortedException(message)
          : new IllegalStateException(message);
    });
  }

  /** Whether moto runs for this process, which does not do all that DynamoDB does. */
  public static boolean isMoto() {
    return isMoto;
  }

  private static Optional<DynamoDbEmulator> find() {
    // The JDK keeps five idle connections to a host by default; parallel writers need more.
    System.setProperty("http.maxConnections", "64");
    String named = System.getProperty(ENDPOINT);
    if (named != null) {
      return Optional.of(new DynamoDbEmulator(URI.create(named)));
    }
    return pythons().stream().map(DynamoDbEmulator::moto).flatMap(Optional::stream).findFirst();
  }

  /** That of {@code .ci/run}, and whichever is on the path. */
  private static List<String> pythons() {
    List<String> pythons = new ArrayList<>();
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path python = folder.resolve("target/venv/bin/python3");
      if (Files.isExecutable(python)) {
        pythons.add(python.toString());
      }
    }
    pythons.add("python3");
    return pythons;
  }

  /** Starts moto with this Python, if that has it. */
  private static Optional<DynamoDbEmulator> moto(String python) {
    try (InputStream script = DynamoDbEmulator.class.getResourceAsStream("moto.py")) {
      String text = new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
      Process process = new ProcessBuilder(python, "-B", "-c", text).redirectError(DISCARD).start();
      String port = process.inputReader().readLine();
      if (port == null) {
        return Optional.empty();
      }
      isMoto = true;
      return Optional.of(new DynamoDbEmulator(URI.create("http://127.0.0.1:" + port)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  /** A client for all, never closed. */
  public DynamoDbClient client() {
    return client;
  }

  /** A client of the caller's own; interceptors see every attempt of every request. */
  public DynamoDbClient newClient(ExecutionInterceptor... interceptors) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(o -> {
          for (ExecutionInterceptor interceptor : interceptors) {
            o.addExecutionInterceptor(interceptor);
          }
        })
        .build();
  }

  /**
   * Makes a new empty table in place of the last one and returns its name. One at a time, since
   * moto copies all that it has in every transaction.
   */
  public synchronized String newTable() {
    if (table != null) {
      String last = table;
      client.deleteTable(r -> r.tableName(last));
    }
    String name = "peras-" + UUID.randomUUID();
    table = name;
    client.createTable(definition(name));
    return name;
  }

  private static CreateTableRequest definition(String name) {
    GlobalSecondaryIndex due =
        GlobalSecondaryIndex.builder()
            .indexName("due")
            .keySchema(key("due_shard", KeyType.HASH), key("due_at", KeyType.RANGE))
            .projection(p -> p.projectionType(ProjectionType.KEYS_ONLY))
            .build();
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(
            attribute("pk", ScalarAttributeType.S),
            attribute("sk", ScalarAttributeType.S),
            attribute("due_shard", ScalarAttributeType.S),
            attribute("due_at", ScalarAttributeType.N))
        .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
        .globalSecondaryIndexes(due)
        .build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
