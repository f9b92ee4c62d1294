package dev.peras.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.testing.DynamoDbEmulator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Which requests a call of the port becomes. Policies and the capacity that the local runner counts
 * rest on this.
 */
class DynamoDbRequestsTest {
  private static final Key KEY = new Key("P", "a");

  private final List<String> requests = new ArrayList<>();

  @Test
  void each_call_of_the_port_is_one_request_or_one_for_each_hundred_keys() {
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    Table table =
        new DynamoDbTable(
            emulator.newClient(
                new ExecutionInterceptor() {
                  @Override
                  public void beforeTransmission(
                      Context.BeforeTransmission context, ExecutionAttributes attributes) {
                    requests.add(context.request().getClass().getSimpleName());
                  }
                }),
            emulator.newTable());

    table.transact(List.of(new Write.Put(Item.at(KEY).item(), Condition.absent())));
    table.get(KEY);
    table.query("P", "a", null, 1);
    table.due("S", 0, 1, null, 1);
    table.scan("a", null, 1);
    table.getAll(IntStream.range(0, 101).mapToObj(i -> new Key("P", "k" + i)).toList());

    assertThat(requests)
        .containsExactly(
            "TransactWriteItemsRequest",
            "GetItemRequest",
            "QueryRequest",
            "QueryRequest",
            "ScanRequest",
            "BatchGetItemRequest",
            "BatchGetItemRequest");
  }
}
