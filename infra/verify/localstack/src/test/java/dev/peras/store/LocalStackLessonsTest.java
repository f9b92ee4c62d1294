package dev.peras.store;

import dev.peras.localstack.LocalStack;
import dev.peras.localstack.OnLocalStack;
import dev.peras.table.DynamoDbTable;
import dev.peras.table.Table;

@OnLocalStack
class LocalStackLessonsTest extends LessonsContract {
  @Override
  Table newTable() {
    return new DynamoDbTable(LocalStack.shared().client(), LocalStack.shared().newTable());
  }
}
