package dev.peras.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A DynamoDB client with no database behind it: it sends nothing, every write succeeds, and nothing
 * is ever found. For practice.
 */
final class PracticeDatabase implements SdkHttpClient {
  private static final byte[] NOTHING = "{}".getBytes(UTF_8);

  private PracticeDatabase() {}

  static DynamoDbClient client() {
    return DynamoDbClient.builder()
        .endpointOverride(URI.create("http://practice.invalid"))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("practice", "practice")))
        .httpClient(new PracticeDatabase())
        .build();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() {
        SdkHttpResponse ok =
            SdkHttpResponse.builder()
                .statusCode(200)
                .putHeader("content-type", "application/x-amz-json-1.0")
                .build();
        return HttpExecuteResponse.builder()
            .response(ok)
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(NOTHING)))
            .build();
      }

      @Override
      public void abort() {}
    };
  }

  @Override
  public void close() {}
}
