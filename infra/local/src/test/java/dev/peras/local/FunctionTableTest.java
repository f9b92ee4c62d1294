package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.peras.embedded.EmbeddedTable;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FunctionTableTest {
  private static final Key KEY = new Key("a", "b");
  private static final Write PUT = new Write.Put(Item.at(KEY).put("n", 1).item(), Condition.none());

  private final EmbeddedTable table = EmbeddedTable.inMemory(EmbeddedTable.Observer.NONE);

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void what_is_granted_passes() {
    Table mayPut = tableOf("PutItem", "Query");
    assertThatNoException().isThrownBy(() -> mayPut.transact(List.of(PUT)));
    assertThat(mayPut.query("a", "", null, 1)).hasSize(1);
  }

  @Test
  void what_is_not_granted_is_denied() {
    Table mayPut = tableOf("PutItem", "Query");
    assertDenied("dynamodb:GetItem", () -> mayPut.get(KEY));
    assertDenied("dynamodb:BatchGetItem", () -> mayPut.getAll(List.of(KEY)));
    assertDenied("dynamodb:Scan", () -> mayPut.scan("b", null, 1));
  }

  @Test
  void a_transaction_needs_the_permissions_of_its_parts() {
    Table mayRead = tableOf("GetItem", "PutItem");
    for (Map.Entry<String, Write> write :
        Map.<String, Write>of(
                "UpdateItem", new Write.Update(KEY, List.of(), Condition.none()),
                "DeleteItem", new Write.Delete(KEY, Condition.none()),
                "ConditionCheckItem", new Write.Check(KEY, Condition.exists()))
            .entrySet()) {
      Write other = new Write.Put(Item.at(new Key("a", "c")).item(), Condition.none());
      assertDenied(
          "dynamodb:" + write.getKey(), () -> mayRead.transact(List.of(other, write.getValue())));
    }
    assertThat(mayRead.get(new Key("a", "c"))).isNull();
  }

  @Test
  void an_index_is_a_resource_of_its_own() {
    Table mayQuery = tableOf("Query");
    assertDenied("/index/due", () -> mayQuery.due("s", 0, 1, null, 1));
  }

  @Test
  void requests_are_counted_with_the_units_that_dynamodb_would_bill() {
    FunctionTable all = tableOf("GetItem", "BatchGetItem", "PutItem", "Query", "Scan");
    all.transact(List.of(PUT));
    Item large = Item.at(new Key("a", "c")).put("t", "x".repeat(5_000)).item();
    all.transact(List.of(new Write.Put(large, Condition.none())));
    assertThat(all.meter().toJson().path("write_units").longValue()).isEqualTo(2 + 10);

    all.get(KEY); // one unit, as has one of what is not there
    all.get(new Key("a", "d"));
    all.query("a", "", null, 10); // two, for some 5 KB
    all.scan("no such", null, 10); // two, though nothing is found
    all.getAll(List.of(KEY, large.key(), new Key("a", "d"))); // one, two, one
    assertThat(all.meter().toJson().path("read_units").decimalValue()).isEqualByComparingTo("10");

    assertThatExceptionOfType(WriteRefused.class)
        .isThrownBy(() -> all.transact(List.of(new Write.Put(large, Condition.absent()))));
    assertThat(all.meter().toJson().path("write_units").longValue()).isEqualTo(12 + 10);
    assertThat(all.meter().toJson().path("refused").longValue()).isEqualTo(1);
    assertThat(all.meter().toJson().path("requests").toString())
        .isEqualTo(
            "{\"BatchGetItem\":1,\"GetItem\":2,\"Query\":1,\"Scan\":1,\"TransactWriteItems\":3}");
  }

  private FunctionTable tableOf(String... actions) {
    List<Template.Permission> permissions =
        Arrays.stream(actions)
            .map(action -> new Template.Permission("dynamodb:" + action, "Table.Arn"))
            .toList();
    return new FunctionTable(
        table, new Template.Function("F", "f", Duration.ZERO, Map.of(), permissions));
  }

  private static void assertDenied(String what, Runnable call) {
    assertThatExceptionOfType(PolicyViolation.class)
        .isThrownBy(call::run)
        .withMessageContaining(what);
  }
}
