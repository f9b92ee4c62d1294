package dev.peras.table;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.RequestLimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/** The table in DynamoDB. Thread-safe. */
public final class DynamoDbTable implements Table {
  private static final int MAX_KEYS_PER_READ = 100;
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(6);
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(2);
  private static final int ROUNDS_WITHOUT_ANSWER = 5;
  private static final ReturnValuesOnConditionCheckFailure ALL_OLD =
      ReturnValuesOnConditionCheckFailure.ALL_OLD;

  private final DynamoDbClient client;
  private final String name;

  public DynamoDbTable(DynamoDbClient client, String name) {
    this.client = client;
    this.name = name;
  }

  @Override
  public @Nullable Item get(Key key) {
    return answered(() -> {
      var response =
          client.getItem(r ->
              r.tableName(name)
                  .key(values(key))
                  .consistentRead(true)
                  .overrideConfiguration(inTime()));
      return response.hasItem() ? new Item(response.item()) : null;
    });
  }

  @Override
  public List<Item> getAll(Collection<Key> keys) {
    List<Item> items = new ArrayList<>(keys.size());
    List<Map<String, AttributeValue>> wanted = new ArrayList<>();
    for (Key key : keys) {
      wanted.add(values(key));
    }
    int rounds = 0;
    while (!wanted.isEmpty()) {
      List<Map<String, AttributeValue>> part =
          wanted.subList(0, Math.min(MAX_KEYS_PER_READ, wanted.size()));
      var asked = KeysAndAttributes.builder().keys(part).consistentRead(true).build();
      var response =
          answered(() ->
              client.batchGetItem(
                  r -> r.requestItems(Map.of(name, asked)).overrideConfiguration(inTime())));
      response.responses().getOrDefault(name, List.of()).forEach(i -> items.add(new Item(i)));
      part.clear();
      KeysAndAttributes left = response.unprocessedKeys().get(name);
      if (left != null) {
        wanted.addAll(left.keys());
        if (response.responses().getOrDefault(name, List.of()).isEmpty()) {
          waitForUnprocessed(rounds++);
        }
      }
    }
    return items;
  }

  @Override
  public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
    List<Item> items = new ArrayList<>();
    Map<String, AttributeValue> start = after == null ? Map.of() : values(new Key(pk, after));
    do {
      QueryRequest.Builder request =
          QueryRequest.builder()
              .tableName(name)
              .consistentRead(true)
              .keyConditionExpression("pk = :pk AND begins_with(sk, :prefix)")
              .expressionAttributeValues(
                  Map.of(":pk", AttributeValues.of(pk), ":prefix", AttributeValues.of(prefix)))
              .limit(limit - items.size())
              .overrideConfiguration(inTime());
      if (!start.isEmpty()) {
        request.exclusiveStartKey(start);
      }
      QueryResponse response = answered(() -> client.query(request.build()));
      response.items().forEach(i -> items.add(new Item(i)));
      start = response.lastEvaluatedKey();
    } while (!start.isEmpty() && items.size() < limit);
    return items;
  }

  @Override
  public Scanned scan(String sk, @Nullable Key after, int limit) {
    ScanRequest.Builder request =
        ScanRequest.builder()
            .tableName(name)
            .consistentRead(true)
            .filterExpression("sk = :sk")
            .expressionAttributeValues(Map.of(":sk", AttributeValues.of(sk)))
            .limit(limit)
            .overrideConfiguration(inTime());
    if (after != null) {
      request.exclusiveStartKey(values(after));
    }
    ScanResponse response = answered(() -> client.scan(request.build()));
    Map<String, AttributeValue> last = response.lastEvaluatedKey();
    return new Scanned(
        response.items().stream().map(Item::new).toList(),
        last.isEmpty() ? null : new Item(last).key());
  }

  @Override
  public List<Item> due(String shard, long from, long to, @Nullable Item after, int limit) {
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(name)
            .indexName("due")
            .keyConditionExpression("due_shard = :shard AND due_at BETWEEN :from AND :to")
            .expressionAttributeValues(
                Map.of(
                    ":shard", AttributeValues.of(shard),
                    ":from", AttributeValues.of(from),
                    ":to", AttributeValues.of(to)))
            .limit(limit)
            .overrideConfiguration(inTime());
    if (after != null) {
      request.exclusiveStartKey(after.values());
    }
    return answered(() -> client.query(request.build())).items().stream().map(Item::new).toList();
  }

  @Override
  public void transact(List<Write> writes) {
    List<TransactWriteItem> items = writes.stream().map(this::item).toList();
    try {
      answered(() ->
          client.transactWriteItems(r -> r.transactItems(items).overrideConfiguration(inTime())));
    } catch (TransactionCanceledException e) {
      throw refusedOrBusy(writes, e);
    }
  }

  private static RuntimeException refusedOrBusy(
      List<Write> writes, TransactionCanceledException e) {
    Map<Key, Optional<Item>> refused = new HashMap<>();
    for (int i = 0; i < e.cancellationReasons().size(); i++) {
      CancellationReason reason = e.cancellationReasons().get(i);
      switch (String.valueOf(reason.code())) {
        case "ConditionalCheckFailed" ->
            refused.put(
                writes.get(i).key(),
                reason.hasItem() && !reason.item().isEmpty()
                    ? Optional.of(new Item(reason.item()))
                    : Optional.empty());
        case "None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded" -> {}
        default -> {
          return e;
        }
      }
    }
    return refused.isEmpty() ? new TableBusy("transactions met", e) : new WriteRefused(refused);
  }

  private TransactWriteItem item(Write write) {
    Expressions in = new Expressions();
    String condition = orNull(in.condition(write.condition()));
    TransactWriteItem.Builder item = TransactWriteItem.builder();
    switch (write) {
      case Write.Put put ->
          item.put(b ->
              b.tableName(name)
                  .item(put.item().values())
                  .conditionExpression(condition)
                  .expressionAttributeNames(orNull(in.names()))
                  .expressionAttributeValues(orNull(in.values()))
                  .returnValuesOnConditionCheckFailure(ALL_OLD));
      case Write.Update update ->
          item.update(b ->
              b.tableName(name)
                  .key(values(update.key()))
                  .updateExpression(in.changes(update.changes()))
                  .conditionExpression(condition)
                  .expressionAttributeNames(orNull(in.names()))
                  .expressionAttributeValues(orNull(in.values()))
                  .returnValuesOnConditionCheckFailure(ALL_OLD));
      case Write.Delete delete ->
          item.delete(b ->
              b.tableName(name)
                  .key(values(delete.key()))
                  .conditionExpression(condition)
                  .expressionAttributeNames(orNull(in.names()))
                  .expressionAttributeValues(orNull(in.values()))
                  .returnValuesOnConditionCheckFailure(ALL_OLD));
      case Write.Check check ->
          item.conditionCheck(b ->
              b.tableName(name)
                  .key(values(check.key()))
                  .conditionExpression(condition)
                  .expressionAttributeNames(orNull(in.names()))
                  .expressionAttributeValues(orNull(in.values()))
                  .returnValuesOnConditionCheckFailure(ALL_OLD));
    }
    return item.build();
  }

  /** DynamoDB takes no empty expressions or maps: what is empty must not be sent. */
  private static @Nullable String orNull(String expression) {
    return expression.isEmpty() ? null : expression;
  }

  private static <V> @Nullable Map<String, V> orNull(Map<String, V> placeholders) {
    return placeholders.isEmpty() ? null : placeholders;
  }

  private static Map<String, AttributeValue> values(Key key) {
    return Map.of("pk", AttributeValues.of(key.pk()), "sk", AttributeValues.of(key.sk()));
  }

  /**
   * Limits of one request: an attempt that is silent for so long is made again, and all attempts
   * end with the time that the call at hand has.
   */
  private static AwsRequestOverrideConfiguration inTime() {
    Duration left = TimeLimit.left(LONGEST_REQUEST);
    if (left.isZero()) {
      throw new TableBusy("the time for this call is over", null);
    }
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(left)
        .apiCallAttemptTimeout(left.compareTo(LONGEST_ATTEMPT) < 0 ? left : LONGEST_ATTEMPT)
        .build();
  }

  /** Where DynamoDB answers a batch read with nothing of it, it is throttled. */
  private static void waitForUnprocessed(int round) {
    if (round == ROUNDS_WITHOUT_ANSWER) {
      throw new TableBusy("the table leaves reads undone", null);
    }
    try {
      Thread.sleep(10L << round);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TableBusy("interrupted", e);
    }
  }

  /** Distinguishes failures worth a retry from others. */
  private static <T> T answered(Supplier<T> request) {
    try {
      return request.get();
    } catch (TransactionConflictException
        | TransactionInProgressException
        | ProvisionedThroughputExceededException
        | RequestLimitExceededException
        | InternalServerErrorException e) {
      throw new TableBusy("the table is busy", e);
    } catch (DynamoDbException e) {
      if (e.isThrottlingException() || e.statusCode() >= 500) {
        throw new TableBusy("the table is busy", e);
      }
      throw e;
    } catch (SdkClientException | UncheckedIOException e) {
      // An answer that breaks off while it is read is an exception of its own.
      throw new TableBusy("the table did not answer", e);
    }
  }
}
