package dev.peras.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.table.Item;
import dev.peras.table.ItemSize;
import dev.peras.table.Key;
import dev.peras.table.MemoryTable;
import dev.peras.table.MeteredTable;
import dev.peras.table.Table;
import dev.peras.testing.MovableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a record costs on DynamoDB, which is most of what Peras costs to run. */
class CapacityTest {
  private static final String SESSION = "0f8fad5b-d9cb-469f-a165-70867728950e";

  private final MovableClock clock = new MovableClock("2026-11-10T12:00:00Z");
  private final Table table = new MemoryTable();
  private final MeteredTable metered = new MeteredTable(table);
  private final Store store = TestStore.over(table, clock);

  /** A session of a usual size, warm, and with slack left in its claim. */
  @BeforeEach
  void warmUp() {
    store
        .sessions()
        .start(
            new StartRequest(
                SESSION,
                "customer-of-a-usual-length",
                "summarise-the-quarterly-report",
                TestStore.MODEL,
                dev.peras.engine.money.Usd.of("0.05"),
                null,
                Map.of(),
                Hash.of("x")));
    for (int i = 0; i < 30; i++) {
      store.sessions().record(SESSION, List.of(step("warm-" + i, 12_000)));
      clock.advance(Duration.ofSeconds(7));
    }
    metered.reset();
  }

  /** A usual model call, with the ids and hashes that a real one has. */
  private static UsageEvent step(String id, long input) {
    return UsageEvent.named("9617de21-88ef-46c7-9205-" + id)
        .model(TestStore.MODEL)
        .tokens(new Tokens(input, 345, 1_200, 0, 0, 12))
        .activity(new Activity(2, Hash.of("the same prompt"), null))
        .occurredAt(java.time.Instant.parse("2026-11-10T12:00:00.123Z"))
        .build();
  }

  @Test
  void a_warm_record_is_one_request_of_four_write_units_and_no_read() {
    RecordResult recorded = store.sessions().record(SESSION, List.of(step("one", 12_000)));
    assertThat(recorded.session().warnings()).hasSize(2);

    Store other = warm(TestStore.over(metered, clock));
    other.sessions().record(SESSION, List.of(step("two", 12_000)));
    assertThat(metered.transactions()).isEqualTo(1);
    assertThat(metered.writeUnits()).isEqualTo(4);
    assertThat(metered.readUnits()).isZero();
  }

  @Test
  void a_session_with_one_model_one_period_and_two_warnings_stays_within_1024_bytes() {
    RecordResult recorded = store.sessions().record(SESSION, List.of(step("one", 12_000)));
    assertThat(recorded.session().warnings()).hasSize(2);
    assertThat(recorded.session().periods()).hasSize(1);
    Item item = table.get(Keys.session(SESSION));
    assertThat(item).isNotNull();
    int size = ItemSize.of(item);
    System.out.println("session item: " + size + " bytes");
    assertThat(size).isLessThanOrEqualTo(1024);
  }

  @Test
  void forty_events_in_a_batch_take_at_most_2_1_write_units_each() {
    List<UsageEvent> batch = IntStream.range(0, 40).mapToObj(i -> step("batch-" + i, 100)).toList();
    Store other = warm(TestStore.over(metered, clock));
    other.sessions().record(SESSION, batch);
    System.out.println("write units of a batch of 40: " + metered.writeUnits());
    assertThat(metered.writeUnits() * 10).isLessThanOrEqualTo(40 * 21);
  }

  /** Lets a store see the session, so that its next record is a warm one. */
  private Store warm(Store other) {
    other.sessions().record(SESSION, List.of(step("warming", 1)));
    metered.reset();
    return other;
  }

  @Test
  void item_sizes_are_counted_as_dynamodb_counts_them() {
    Item small = Item.at(new Key("p", "s")).put("n", AttributeValue.fromN("12.5")).item();
    assertThat(ItemSize.of(small)).isEqualTo(2 + 1 + 2 + 1 + 1 + 3);
  }
}
