package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

class PolicyCheckTest {
  private static final Map<String, AttributeValue> KEY =
      Map.of("pk", AttributeValue.fromS("a"), "sk", AttributeValue.fromS("b"));

  private static LocalDynamoDb database;

  @BeforeAll
  static void start() {
    database = LocalDynamoDb.start(null);
    try (var client = database.client()) {
      LocalTable.ensure(client, Template.TABLE, Template.load().table());
    }
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void what_is_granted_passes() {
    try (var client = client("PutItem", "Query")) {
      assertThatNoException()
          .isThrownBy(() -> client.putItem(r -> r.tableName(Template.TABLE).item(KEY)));
      assertThatNoException().isThrownBy(() -> put(client));
    }
  }

  @Test
  void what_is_not_granted_is_denied() {
    try (var client = client("PutItem", "Query")) {
      assertDenied("dynamodb:GetItem", () -> client.getItem(r -> r.tableName("Table").key(KEY)));
      assertDenied("dynamodb:Scan", () -> client.scan(r -> r.tableName("Table")));
    }
  }

  @Test
  void a_transaction_needs_the_permissions_of_its_parts() {
    try (var client = client("GetItem")) {
      assertDenied("dynamodb:PutItem", () -> put(client));
    }
  }

  @Test
  void an_index_is_a_resource_of_its_own() {
    try (var client = client("Query")) {
      assertDenied(
          "/index/due",
          () ->
              client.query(r ->
                  r.tableName("Table")
                      .indexName("due")
                      .keyConditionExpression("due_shard = :s")
                      .expressionAttributeValues(Map.of(":s", AttributeValue.fromS("0")))));
    }
  }

  private static void put(DynamoDbClient client) {
    var put = Put.builder().tableName(Template.TABLE).item(KEY).build();
    client.transactWriteItems(r -> r.transactItems(TransactWriteItem.builder().put(put).build()));
  }

  private static DynamoDbClient client(String... actions) {
    List<Template.Permission> permissions =
        List.of(actions).stream()
            .map(action -> new Template.Permission("dynamodb:" + action, "Table.Arn"))
            .toList();
    var function = new Template.Function("F", "f", Duration.ZERO, Map.of(), permissions);
    return database.client(new PolicyCheck(function));
  }

  private static void assertDenied(String what, Runnable call) {
    assertThatExceptionOfType(DynamoDbException.class)
        .isThrownBy(call::run)
        .withMessageContaining(what)
        .extracting(e -> e.awsErrorDetails().errorCode())
        .isEqualTo("AccessDeniedException");
  }
}
