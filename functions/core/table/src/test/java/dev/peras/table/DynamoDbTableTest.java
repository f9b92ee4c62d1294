package dev.peras.table;

import dev.peras.testing.LocalDynamoDb;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class DynamoDbTableTest extends TableContract {
  private static final DynamoDbClient CLIENT = LocalDynamoDb.shared().client();

  @Override
  Table newTable() {
    return new DynamoDbTable(CLIENT, LocalDynamoDb.shared().newTable());
  }
}
