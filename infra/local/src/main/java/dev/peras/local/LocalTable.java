package dev.peras.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/**
 * Makes the table as the template describes it.
 *
 * <p>Time to live stays off here: DynamoDB Local expires by the real time, so items would vanish
 * once the runner's clock is set to the past.
 */
final class LocalTable {
  private LocalTable() {}

  /** Makes the table unless it is there. */
  static void ensure(DynamoDbClient client, String name, JsonNode definition) {
    if (!client.listTables().tableNames().contains(name)) {
      client.createTable(request(name, definition));
    }
  }

  static String streamArn(DynamoDbClient client, String name) {
    return client.describeTable(r -> r.tableName(name)).table().latestStreamArn();
  }

  private static CreateTableRequest request(String name, JsonNode definition) {
    var attributes = new ArrayList<AttributeDefinition>();
    for (JsonNode attribute : definition.path("AttributeDefinitions")) {
      attributes.add(
          AttributeDefinition.builder()
              .attributeName(attribute.path("AttributeName").asText())
              .attributeType(attribute.path("AttributeType").asText())
              .build());
    }
    var indexes = new ArrayList<GlobalSecondaryIndex>();
    for (JsonNode index : definition.path("GlobalSecondaryIndexes")) {
      indexes.add(
          GlobalSecondaryIndex.builder()
              .indexName(index.path("IndexName").asText())
              .keySchema(keys(index))
              .projection(
                  p -> p.projectionType(index.path("Projection").path("ProjectionType").asText()))
              .build());
    }
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(attributes)
        .keySchema(keys(definition))
        .globalSecondaryIndexes(indexes)
        .streamSpecification(s ->
            s.streamEnabled(true)
                .streamViewType(
                    definition.path("StreamSpecification").path("StreamViewType").asText()))
        .build();
  }

  private static List<KeySchemaElement> keys(JsonNode of) {
    var keys = new ArrayList<KeySchemaElement>();
    for (JsonNode key : of.path("KeySchema")) {
      keys.add(
          KeySchemaElement.builder()
              .attributeName(key.path("AttributeName").asText())
              .keyType(key.path("KeyType").asText())
              .build());
    }
    return keys;
  }
}
