package dev.peras.table;

import dev.peras.localstack.LocalStack;
import dev.peras.localstack.OnLocalStack;

@OnLocalStack
class LocalStackTableTest extends TableContract {
  @Override
  Table newTable() {
    return new DynamoDbTable(LocalStack.shared().client(), LocalStack.shared().newTable());
  }
}
