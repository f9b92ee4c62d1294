package dev.peras.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local inside this process, on a free port of the loopback interface.
 *
 * <p>Its own server class listens on every interface and reports usage to AWS, so only its request
 * handler is used, behind a server of ours. Requests still go over HTTP rather than through its
 * embedded client, so the functions use the very client they use on AWS, and the AWS command line
 * can look into the table. Within the process, so that a runner that is killed leaves nothing
 * behind that holds the data.
 */
final class LocalDynamoDb implements AutoCloseable {
  /** Held strongly: a logger that is collected forgets its level. */
  private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  private final LocalDynamoDBRequestHandler database;
  private final Server server;
  private final URI endpoint;

  private LocalDynamoDb(LocalDynamoDBRequestHandler database, Server server, URI endpoint) {
    this.database = database;
    this.server = server;
    this.endpoint = endpoint;
  }

  /**
   * @param directory where the data is kept, null to keep none
   */
  static LocalDynamoDb start(@Nullable Path directory) {
    quieten();
    try {
      String path = directory == null ? null : directory.toString();
      var database = new LocalDynamoDBRequestHandler(0, path == null, path, true, false);
      var server = new Server();
      var connector = new ServerConnector(server, 1, 1);
      connector.setHost("127.0.0.1");
      connector.setPort(0);
      server.addConnector(connector);
      server.setHandler(new LocalDynamoDBServerHandler(database, null));
      server.start();
      return new LocalDynamoDb(
          database, server, URI.create("http://127.0.0.1:" + connector.getLocalPort()));
    } catch (Exception e) {
      throw new CannotStartException("DynamoDB Local does not start: " + e, e);
    }
  }

  URI endpoint() {
    return endpoint;
  }

  /** A client of this database. The credentials are made up: DynamoDB Local takes any. */
  DynamoDbClient client(ExecutionInterceptor... interceptors) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(c -> {
          for (ExecutionInterceptor interceptor : interceptors) {
            c.addExecutionInterceptor(interceptor);
          }
        })
        .build();
  }

  /** A client of this database's streams. */
  DynamoDbStreamsClient streamsClient() {
    return DynamoDbStreamsClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      // On the way out already; the process's end closes the port too.
    }
    database.shutdown();
  }

  private static void quieten() {
    SQLITE.setLevel(Level.OFF);
    JETTY.setLevel(Level.WARNING);
    // DynamoDB Local logs through Log4j's interface; without this Log4j complains about a missing
    // back end.
    System.setProperty(
        "log4j2.loggerContextFactory",
        "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
    System.setProperty("org.apache.logging.log4j.simplelog.level", "OFF");
    // The JDK keeps five idle connections to a host by default; parallel agents need more.
    System.setProperty("http.maxConnections", "64");
  }
}
