package dev.peras.store;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class DynamoDbAlertsTest extends AlertsContract {
  private static final DynamoDbClient CLIENT = LocalDynamoDb.shared().client();

  @Override
  Table newTable() {
    return new DynamoDbTable(CLIENT, LocalDynamoDb.shared().newTable());
  }
}
