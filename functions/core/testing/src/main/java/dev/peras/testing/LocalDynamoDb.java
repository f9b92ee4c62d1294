package dev.peras.testing;

import java.net.URI;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
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
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/** DynamoDB Local, in memory, over real HTTP: one for all tests of a process. */
public final class LocalDynamoDb {
  /** Held strongly: a logger that is collected forgets its level. */
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private static final LocalDynamoDb SHARED = start();

  private final URI endpoint;

  private LocalDynamoDb(URI endpoint) {
    this.endpoint = endpoint;
  }

  public static LocalDynamoDb shared() {
    return SHARED;
  }

  /**
   * Its own server class listens on every interface, reports usage to AWS, and prints; so its
   * request handler is put behind a server of ours.
   */
  private static LocalDynamoDb start() {
    JETTY.setLevel(Level.WARNING);
    // Log4j complains about a missing back end otherwise.
    System.setProperty(
        "log4j2.loggerContextFactory",
        "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
    System.setProperty("org.apache.logging.log4j.simplelog.level", "OFF");
    // The JDK keeps five idle connections to a host by default; parallel writers need more.
    System.setProperty("http.maxConnections", "64");
    try {
      Server server = new Server();
      ServerConnector connector = new ServerConnector(server, 1, 1);
      connector.setHost("127.0.0.1");
      connector.setPort(0);
      server.addConnector(connector);
      var database = new LocalDynamoDBRequestHandler(0, true, null, true, false);
      server.setHandler(new LocalDynamoDBServerHandler(database, null));
      server.start();
      return new LocalDynamoDb(URI.create("http://127.0.0.1:" + connector.getLocalPort()));
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local did not start", e);
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  /** A client; interceptors see every attempt of every request. */
  public DynamoDbClient client(ExecutionInterceptor... interceptors) {
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

  /** Makes a new empty table and returns its name. */
  public String newTable() {
    String name = "peras-" + UUID.randomUUID();
    try (DynamoDbClient client = client()) {
      client.createTable(definition(name));
    }
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
