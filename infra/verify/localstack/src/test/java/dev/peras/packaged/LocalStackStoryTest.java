package dev.peras.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.peras.localstack.LocalStack;
import dev.peras.localstack.OnLocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** The packaged functions on the template's table in LocalStack, the sweep among them. */
@OnLocalStack
@EnabledOnOs(value = OS.LINUX, disabledReason = "Lambda's runtime client has a part for Linux only")
class LocalStackStoryTest {
  @Test
  void the_sample_events_are_answered_and_the_stream_has_what_they_wrote(@TempDir Path folder) {
    LocalStack localStack = LocalStack.shared();
    String table = localStack.newTable();
    Deployment deployment = Deployment.read();

    try (RunningFunctions functions =
        new RunningFunctions(
            deployment, folder, RunningFunctions.database(localStack.endpoint(), table))) {
      Story.tell(deployment, functions);
    }

    String stream =
        localStack.client().describeTable(r -> r.tableName(table)).table().latestStreamArn();
    try (DynamoDbStreamsClient streams = localStack.streams()) {
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() ->
              assertThat(keys(streams, stream))
                  .contains(
                      Map.of(
                          "pk", AttributeValue.fromS("SESSION#session-1"),
                          "sk", AttributeValue.fromS("SESSION"))));
    }
  }

  /** Of the items that the stream has a new image of. */
  private static List<Map<String, AttributeValue>> keys(
      DynamoDbStreamsClient streams, String stream) {
    List<Shard> shards =
        streams.describeStream(r -> r.streamArn(stream)).streamDescription().shards();
    return shards.stream()
        .flatMap(shard -> records(streams, stream, shard).stream())
        .filter(record -> record.dynamodb().hasNewImage())
        .map(record -> record.dynamodb().keys())
        .toList();
  }

  private static List<Record> records(DynamoDbStreamsClient streams, String stream, Shard shard) {
    String start =
        streams
            .getShardIterator(r ->
                r.streamArn(stream)
                    .shardId(shard.shardId())
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    return streams.getRecords(r -> r.shardIterator(start)).records();
  }
}
