package dev.peras.store;

import dev.peras.table.DynamoDbTable;
import dev.peras.table.Table;
import dev.peras.testing.LocalDynamoDb;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class DynamoDbKeysTest extends KeysContract {
  private static final DynamoDbClient CLIENT = LocalDynamoDb.shared().client();

  @Override
  Table newTable() {
    return new DynamoDbTable(CLIENT, LocalDynamoDb.shared().newTable());
  }
}
