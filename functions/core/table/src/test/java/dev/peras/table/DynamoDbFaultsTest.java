package dev.peras.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
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

/** What a broken connection and a throttled table come to: something to try again, in time. */
class DynamoDbFaultsTest {
  private static final Key KEY = new Key("P", "a");

  private final AtomicInteger requests = new AtomicInteger();

  private DynamoDbTable answering(int status, Supplier<InputStream> body) {
    SdkHttpClient http =
        new SdkHttpClient() {
          @Override
          public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
              @Override
              public HttpExecuteResponse call() {
                requests.incrementAndGet();
                return HttpExecuteResponse.builder()
                    .response(
                        SdkHttpResponse.builder()
                            .statusCode(status)
                            .putHeader("content-type", "application/x-amz-json-1.0")
                            .build())
                    .responseBody(AbortableInputStream.create(body.get()))
                    .build();
              }

              @Override
              public void abort() {}
            };
          }

          @Override
          public void close() {}
        };
    return new DynamoDbTable(
        DynamoDbClient.builder()
            .endpointOverride(URI.create("http://nowhere.invalid"))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .httpClient(http)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build(),
        "table");
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void L74_a_connection_that_is_reset_while_an_answer_is_read_is_tried_again() {
    DynamoDbTable reset =
        answering(
            200,
            () ->
                new InputStream() {
                  @Override
                  public int read() throws IOException {
                    throw new SocketException("Connection reset");
                  }

                  @Override
                  public int read(byte[] bytes, int from, int length) throws IOException {
                    throw new SocketException("Connection reset");
                  }
                });

    assertThatExceptionOfType(TableBusy.class).isThrownBy(() -> reset.get(KEY));
  }

  @Test
  void L74_so_is_an_answer_that_breaks_off() {
    DynamoDbTable cut = answering(200, () -> text("{\"Item\": {\"pk\": {\"S\": \"P\"}, \"s"));

    assertThatExceptionOfType(TableBusy.class).isThrownBy(() -> cut.get(KEY));
  }

  @Test
  void L73_a_throttled_table_is_tried_again() {
    DynamoDbTable throttled =
        answering(
            400,
            () ->
                text(
                    "{\"__type\":\"com.amazonaws.dynamodb.v20120810"
                        + "#ProvisionedThroughputExceededException\",\"message\":\"slow\"}"));

    assertThatExceptionOfType(TableBusy.class).isThrownBy(() -> throttled.get(KEY));
  }

  @Test
  void reads_that_the_table_leaves_undone_are_asked_for_again_with_an_end() {
    DynamoDbTable undone =
        answering(
            200,
            () ->
                text(
                    "{\"Responses\":{},\"UnprocessedKeys\":{\"table\":{\"Keys\":"
                        + "[{\"pk\":{\"S\":\"P\"},\"sk\":{\"S\":\"a\"}}]}}}"));

    assertThatExceptionOfType(TableBusy.class).isThrownBy(() -> undone.getAll(List.of(KEY)));
    assertThat(requests.get()).isEqualTo(6);
  }

  @Test
  void L73_when_the_time_of_a_call_is_over_nothing_more_is_asked() {
    DynamoDbTable table = answering(200, () -> text("{}"));
    AtomicInteger nanos = new AtomicInteger();

    assertThatExceptionOfType(TableBusy.class)
        .isThrownBy(() ->
            TimeLimit.within(
                Duration.ofNanos(10),
                nanos::get,
                () -> {
                  nanos.set(11);
                  return String.valueOf(table.get(KEY));
                }));
    assertThat(requests.get()).isZero();
    assertThat(TimeLimit.left(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }
}
