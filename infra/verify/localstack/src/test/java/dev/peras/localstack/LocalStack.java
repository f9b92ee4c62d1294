package dev.peras.localstack;

import dev.peras.packaged.TemplateTable;
import java.net.URI;
import java.util.UUID;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * One LocalStack for all tests of this process; Testcontainers removes it at the end. The system
 * property {@code localstack.image} names the image.
 */
public final class LocalStack {
  private static final LocalStack SHARED = new LocalStack();

  private final LocalStackContainer container;
  private final DynamoDbClient client;

  @SuppressWarnings("resource") // lives as long as this process
  private LocalStack() {
    DockerImageName image =
        DockerImageName.parse(System.getProperty("localstack.image"))
            .asCompatibleSubstituteFor("localstack/localstack");
    container = new LocalStackContainer(image).withServices("dynamodb", "dynamodbstreams");
    container.start();
    client =
        DynamoDbClient.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials())
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  /** Starts it when first asked for. */
  public static LocalStack shared() {
    return SHARED;
  }

  public URI endpoint() {
    return container.getEndpoint();
  }

  public DynamoDbClient client() {
    return client;
  }

  public DynamoDbStreamsClient streams() {
    return DynamoDbStreamsClient.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(credentials())
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** Makes a new table, as the template describes it, and returns its name. */
  public String newTable() {
    String name = "peras-" + UUID.randomUUID();
    TemplateTable.create(client, name);
    client.waiter().waitUntilTableExists(r -> r.tableName(name));
    return name;
  }

  private StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(container.getAccessKey(), container.getSecretKey()));
  }
}
