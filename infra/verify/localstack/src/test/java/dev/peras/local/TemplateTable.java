package dev.peras.local;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The table of {@code template.yaml}, anywhere. */
public final class TemplateTable {
  private TemplateTable() {}

  public static void create(DynamoDbClient client, String name) {
    LocalTable.ensure(client, name, Template.load().table());
  }
}
