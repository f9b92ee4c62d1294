package dev.peras.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/**
 * The table of {@code template.yaml}, in any DynamoDB. Time to live stays off: emulators expire by
 * the real time, so items would vanish once a clock is set to the past.
 */
public final class TemplateTable {
  private TemplateTable() {}

  public static void create(DynamoDbClient client, String name) {
    client.createTable(request(name, definition()));
  }

  private static JsonNode definition() {
    try (InputStream template = TemplateTable.class.getResourceAsStream("/template.yaml")) {
      return new YAMLMapper().readTree(template).at("/Resources/Table/Properties");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
