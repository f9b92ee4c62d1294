package dev.peras.local;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Stands in for Lambda's reading of the table's stream: calls functions with the records that their
 * filters let through. It begins with what comes after its start; what came before, the schedule
 * finds. Records are handed over with their keys alone.
 */
final class StreamPump implements AutoCloseable {
  private static final long EVERY_MILLIS = 250;
  private static final JsonMapper JSON = new JsonMapper();

  private final DynamoDbStreamsClient client;
  private final String streamArn;
  private final List<Template.StreamTrigger> triggers;
  private final Map<String, LocalFunction> functions;
  private final Consumer<String> log;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("stream").factory());

  /** Where each shard is read next; null where it has been read to its end. */
  private final Map<String, @Nullable String> iterators = new HashMap<>();

  StreamPump(
      DynamoDbStreamsClient client,
      String streamArn,
      List<Template.StreamTrigger> triggers,
      Map<String, LocalFunction> functions,
      Consumer<String> log) {
    this.client = client;
    this.streamArn = streamArn;
    this.triggers = triggers;
    this.functions = functions;
    this.log = log;
    findShards(ShardIteratorType.LATEST);
    var unused =
        executor.scheduleWithFixedDelay(
            this::pump, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void pump() {
    try {
      findShards(ShardIteratorType.TRIM_HORIZON);
      for (Map.Entry<String, @Nullable String> shard : iterators.entrySet()) {
        String iterator = shard.getValue();
        if (iterator != null) {
          GetRecordsResponse read = client.getRecords(r -> r.shardIterator(iterator));
          shard.setValue(read.nextShardIterator());
          triggers.forEach(trigger -> call(trigger, read.records()));
        }
      }
    } catch (RuntimeException | LinkageError e) {
      if (!executor.isShutdown()) {
        // What it misses, the schedule finds.
        iterators.clear();
        log.accept("The table's stream could not be read: " + e);
      }
    }
  }

  private void findShards(ShardIteratorType from) {
    String last = null;
    do {
      DescribeStreamRequest.Builder request =
          DescribeStreamRequest.builder().streamArn(streamArn).exclusiveStartShardId(last);
      DescribeStreamResponse described = client.describeStream(request.build());
      for (Shard shard : described.streamDescription().shards()) {
        if (!iterators.containsKey(shard.shardId())) {
          iterators.put(
              shard.shardId(),
              client
                  .getShardIterator(
                      r -> r.streamArn(streamArn).shardId(shard.shardId()).shardIteratorType(from))
                  .shardIterator());
        }
      }
      last = described.streamDescription().lastEvaluatedShardId();
    } while (last != null);
  }

  private void call(Template.StreamTrigger trigger, List<Record> records) {
    ArrayNode passed = JSON.createArrayNode();
    for (Record entry : records) {
      ObjectNode event = event(entry);
      if (StreamFilter.matches(trigger.pattern(), event)) {
        passed.add(event);
      }
    }
    if (passed.isEmpty()) {
      return;
    }
    LocalFunction function = Objects.requireNonNull(functions.get(trigger.function()));
    try {
      function.invokeJson(JSON.createObjectNode().set("Records", passed).toString());
    } catch (Problem | RuntimeException e) {
      log.accept(function.name() + " failed on the stream: " + e);
    }
  }

  private static ObjectNode event(Record entry) {
    ObjectNode event = JSON.createObjectNode();
    event.put("eventID", entry.eventID());
    event.put("eventName", entry.eventNameAsString());
    event.put("eventSource", "aws:dynamodb");
    ObjectNode keys = event.putObject("dynamodb").putObject("Keys");
    for (Map.Entry<String, AttributeValue> key : entry.dynamodb().keys().entrySet()) {
      keys.putObject(key.getKey()).put("S", key.getValue().s());
    }
    return event;
  }

  @Override
  public void close() {
    executor.shutdownNow();
    client.close();
  }
}
