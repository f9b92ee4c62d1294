package dev.peras.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What every table must do. Each implementation runs these same tests. */
abstract class TableContract {
  private Table table = new MemoryTable();

  /** An empty table. */
  abstract Table newTable();

  /** An emulator that takes them says so. */
  void assumeThatLongNumbersAreRefused() {}

  @BeforeEach
  void start() {
    table = newTable();
  }

  private static final Key A = new Key("P", "a");
  private static final Key B = new Key("P", "b");

  private static Item item(Key key, long number) {
    return Item.at(key).put("n", number).item();
  }

  private static Write put(Key key, long number) {
    return new Write.Put(item(key, number), Condition.none());
  }

  private static Write update(Key key, Condition condition, Write.Change... changes) {
    return new Write.Update(key, List.of(changes), condition);
  }

  private static Write.Change add(String name, String number) {
    return new Write.Change.Add(name, AttributeValue.fromN(number));
  }

  private void write(Write... writes) {
    table.transact(List.of(writes));
  }

  private @Nullable Long number(Key key) {
    Item item = table.get(key);
    return item == null ? null : item.number("n");
  }

  private WriteRefused refused(Write... writes) {
    return assertThatExceptionOfType(WriteRefused.class).isThrownBy(() -> write(writes)).actual();
  }

  @Test
  void an_item_is_read_as_it_was_put() {
    Item item =
        Item.at(A)
            .put("text", "ü")
            .put("n", 12)
            .put("bytes", dev.peras.engine.usage.Hash.of("x"))
            .put(
                "list",
                AttributeValues.of(
                    List.of(AttributeValues.of("a"), AttributeValues.of(1), AttributeValues.TRUE)))
            .put("empty", AttributeValues.of(List.of()))
            .item();
    write(new Write.Put(item, Condition.none()));
    assertThat(table.get(A)).isEqualTo(item);
    assertThat(table.get(B)).isNull();
  }

  @Test
  void put_if_absent_refuses_a_second_and_shows_the_first() {
    write(new Write.Put(item(A, 1), Condition.absent()));
    WriteRefused refusal = refused(new Write.Put(item(A, 2), Condition.absent()));
    assertThat(refusal.concerns(A)).isTrue();
    assertThat(refusal.item(A)).isEqualTo(item(A, 1));
    assertThat(number(A)).isEqualTo(1);
  }

  @Test
  void a_refused_write_takes_the_whole_transaction_with_it() {
    write(put(A, 1));
    WriteRefused refusal = refused(put(B, 5), new Write.Put(item(A, 2), Condition.absent()));
    assertThat(refusal.concerns(B)).isFalse();
    assertThat(number(B)).isNull();
  }

  @Test
  void every_refused_write_is_named_with_what_was_there() {
    write(put(A, 1));
    WriteRefused refusal =
        refused(
            update(A, Condition.equal("n", 7), add("n", "1")),
            update(B, Condition.exists(), add("n", "1")));
    assertThat(refusal.item(A)).isEqualTo(item(A, 1));
    assertThat(refusal.concerns(B)).isTrue();
    assertThat(refusal.item(B)).isNull();
  }

  @Test
  void an_equal_condition_compares_numbers_by_value() {
    write(
        new Write.Put(Item.at(A).put("n", AttributeValue.fromN("1.50")).item(), Condition.none()));
    write(
        update(
            A,
            new Condition.Equal("n", AttributeValue.fromN("1.5")),
            new Write.Change.Set("m", AttributeValues.of(2))));
    assertThat(table.get(A)).isNotNull().extracting(i -> i.number("m")).isEqualTo(2L);
  }

  @Test
  void a_greater_condition_is_strict_and_fails_on_what_is_absent() {
    write(put(A, 10));
    refused(update(A, new Condition.Greater("n", AttributeValues.of(10)), add("n", "1")));
    refused(update(A, new Condition.Greater("absent", AttributeValues.of(-1)), add("n", "1")));
    refused(update(B, new Condition.Greater("n", AttributeValues.of(-1)), add("n", "1")));
    write(update(A, new Condition.Greater("n", AttributeValue.fromN("9.99")), add("n", "1")));
    assertThat(number(A)).isEqualTo(11);
  }

  @Test
  void numbers_are_compared_by_value_and_what_is_absent_compares_to_nothing() {
    write(put(A, 10));
    Write.Change nothing = add("n", "0");
    write(update(A, new Condition.Less("n", AttributeValue.fromN("10.01")), nothing));
    write(update(A, new Condition.AtLeast("n", AttributeValues.of(10)), nothing));
    write(update(A, new Condition.AtMost("n", AttributeValues.of(10)), nothing));
    refused(update(A, new Condition.Less("n", AttributeValues.of(10)), nothing));
    refused(update(A, new Condition.AtLeast("n", AttributeValue.fromN("10.01")), nothing));
    refused(update(A, new Condition.AtMost("n", AttributeValue.fromN("9.99")), nothing));
    refused(update(A, new Condition.Less("absent", AttributeValues.of(1)), nothing));
    refused(update(A, new Condition.AtMost("absent", AttributeValues.of(1)), nothing));
    refused(update(B, new Condition.AtLeast("n", AttributeValues.of(-1)), nothing));
  }

  @Test
  void an_attribute_is_there_or_it_is_missing() {
    write(put(A, 10));
    Write.Change nothing = add("n", "0");
    write(update(A, new Condition.Present("n"), nothing));
    write(update(A, new Condition.Missing("m"), nothing));
    refused(update(A, new Condition.Present("m"), nothing));
    refused(update(A, new Condition.Missing("n"), nothing));
    refused(update(B, new Condition.Present("n"), nothing));
  }

  @Test
  void any_condition_is_enough_and_conditions_nest() {
    write(put(A, 10));
    Write.Change nothing = add("n", "0");
    Condition wrong = Condition.equal("n", 9);
    Condition right = Condition.equal("n", 10);
    write(update(A, Condition.any(wrong, right), nothing));
    write(update(A, Condition.any(right, Condition.all(wrong, wrong)), nothing));
    write(update(A, Condition.all(right, Condition.any(wrong, Condition.all(right))), nothing));
    refused(update(A, Condition.any(wrong), nothing));
    refused(update(A, Condition.all(Condition.any(right, wrong), wrong), nothing));
    refused(update(A, Condition.any(wrong, Condition.all(right, wrong)), nothing));
  }

  @Test
  void all_conditions_must_hold() {
    write(put(A, 10));
    Condition both =
        Condition.all(Condition.equal("n", 10), new Condition.Greater("n", AttributeValues.of(20)));
    refused(update(A, both, add("n", "1")));
    assertThat(number(A)).isEqualTo(10);
  }

  @Test
  void sums_are_exact_to_the_last_digit() {
    write(
        new Write.Put(
            Item.at(A).put("n", AttributeValue.fromN("100000000000000000")).item(),
            Condition.none()));
    write(update(A, Condition.none(), add("n", "-0.00000000000000000001")));
    Item item = table.get(A);
    assertThat(item).isNotNull();
    assertThat(item.usd("n").toString()).isEqualTo("99999999999999999.99999999999999999999");
  }

  @Test
  void adding_to_an_absent_number_starts_from_nothing() {
    write(
        update(
            A,
            Condition.none(),
            add("n", "3"),
            new Write.Change.Set("x", AttributeValues.of("y"))));
    assertThat(number(A)).isEqualTo(3);
    write(update(A, Condition.none(), add("n", "-1"), new Write.Change.Remove("x")));
    assertThat(table.get(A)).isEqualTo(item(A, 2));
  }

  @Test
  void a_delete_removes_and_needs_no_item() {
    write(put(A, 1));
    write(new Write.Delete(A, Condition.none()), new Write.Delete(B, Condition.none()));
    assertThat(table.get(A)).isNull();
    refused(new Write.Delete(A, Condition.exists()));
  }

  @Test
  void a_check_writes_nothing() {
    write(put(A, 1));
    write(new Write.Check(A, Condition.equal("n", 1)), put(B, 2));
    refused(new Write.Check(A, Condition.absent()), put(B, 3));
    assertThat(number(A)).isEqualTo(1);
    assertThat(number(B)).isEqualTo(2);
  }

  @Test
  void a_transaction_takes_a_hundred_writes_and_no_more() {
    List<Write> hundred =
        IntStream.range(0, 100).mapToObj(i -> put(new Key("P", "k" + i), i)).toList();
    table.transact(hundred);
    List<Write> more = new ArrayList<>(hundred);
    more.add(put(A, 1));
    assertThatThrownBy(() -> table.transact(more)).isNotInstanceOf(WriteRefused.class);
    assertThat(table.get(A)).isNull();
  }

  @Test
  void two_writes_to_one_item_are_an_error() {
    assertThatThrownBy(() -> write(put(A, 1), put(A, 2)))
        .isNotInstanceOfAny(WriteRefused.class, TableBusy.class);
    assertThat(table.get(A)).isNull();
  }

  @Test
  void an_item_takes_400_kilobytes() {
    String large = "x".repeat(Table.MAX_ITEM_BYTES);
    assertThatThrownBy(
            () -> write(new Write.Put(Item.at(A).put("t", large).item(), Condition.none())))
        .isNotInstanceOf(TableBusy.class);
    assertThat(table.get(A)).isNull();
  }

  @Test
  void a_number_takes_38_digits() {
    assumeThatLongNumbersAreRefused();
    AttributeValue long39 = AttributeValue.fromN("1".repeat(39));
    assertThatThrownBy(
            () -> write(new Write.Put(Item.at(A).put("n", long39).item(), Condition.none())))
        .isNotInstanceOf(TableBusy.class);
    assertThat(table.get(A)).isNull();
  }

  @Test
  void many_items_are_read_at_once_and_absent_ones_left_out() {
    for (int from = 0; from < 250; from += 50) {
      table.transact(
          IntStream.range(from, from + 50).mapToObj(i -> put(new Key("P" + i, "k"), i)).toList());
    }
    List<Key> keys = IntStream.range(0, 300).mapToObj(i -> new Key("P" + i, "k")).toList();
    assertThat(table.getAll(keys)).hasSize(250);
    assertThat(table.getAll(List.of())).isEmpty();
  }

  @Test
  void a_query_gives_one_partition_by_prefix_in_order_and_goes_on() {
    write(
        put(new Key("P", "x#2"), 2),
        put(new Key("P", "x#1"), 1),
        put(new Key("P", "x#3"), 3),
        put(new Key("P", "y#0"), 0),
        put(new Key("Q", "x#9"), 9));
    assertThat(table.query("P", "x#", null, 10))
        .extracting(i -> i.number("n"))
        .containsExactly(1L, 2L, 3L);
    assertThat(table.query("P", "x#", null, 2))
        .extracting(i -> i.number("n"))
        .containsExactly(1L, 2L);
    assertThat(table.query("P", "x#", "x#2", 2)).extracting(i -> i.number("n")).containsExactly(3L);
    assertThat(table.query("P", "z", null, 2)).isEmpty();
  }

  @Test
  void texts_are_ordered_by_their_bytes_in_utf_8() {
    // In UTF-16, as Java compares, the last two would come in the other order.
    List<String> ordered = List.of("k", "k\u0000", "ka", "k\u00e4", "k\ue000", "k\ud83d\ude00");
    for (String sk : ordered.reversed()) {
      write(put(new Key("P", sk), 1));
    }
    assertThat(table.query("P", "k", null, 10)).extracting(i -> i.key().sk()).isEqualTo(ordered);
    assertThat(table.query("P", "k", "k\ue000", 10))
        .extracting(i -> i.key().sk())
        .containsExactly("k\ud83d\ude00");
  }

  @Test
  void a_key_takes_so_many_bytes_and_at_least_one() {
    write(put(new Key("p".repeat(2048), "s".repeat(1024)), 1));
    for (Key bad :
        List.of(new Key("p".repeat(2049), "s"), new Key("p", "s".repeat(1025)), new Key("", "s"))) {
      assertThatThrownBy(() -> write(put(bad, 1)))
          .isNotInstanceOfAny(WriteRefused.class, TableBusy.class);
    }
  }

  @Test
  void an_update_that_cannot_be_made_changes_nothing() {
    write(put(A, 1), new Write.Put(Item.at(B).put("n", "text").item(), Condition.none()));
    assertThatThrownBy(() ->
            write(
                update(A, Condition.none(), add("n", "1")),
                update(B, Condition.none(), add("n", "1"))))
        .isNotInstanceOfAny(WriteRefused.class, TableBusy.class);
    assertThat(number(A)).isEqualTo(1);
  }

  @Test
  void a_scan_finds_everything_part_by_part() {
    for (int i = 0; i < 30; i++) {
      write(put(new Key("P" + i, "wanted"), i), put(new Key("P" + i, "other"), i));
    }
    Set<Long> found = new java.util.HashSet<>();
    Key next = null;
    do {
      Table.Scanned part = table.scan("wanted", next, 7);
      part.items().forEach(i -> found.add(i.number("n")));
      next = part.next();
    } while (next != null);
    assertThat(found).hasSize(30);
  }

  @Test
  void the_index_gives_what_is_due_in_order_and_goes_on() {
    for (int i = 0; i < 5; i++) {
      Item item =
          Item.at(new Key("P" + i, "k"))
              .put("due_shard", "S")
              .put("due_at", 10 - i)
              .put("n", i)
              .item();
      write(new Write.Put(item, Condition.none()));
    }
    write(put(new Key("Q", "no index"), 1));
    write(
        update(
            new Key("P0", "k"),
            Condition.none(),
            new Write.Change.Remove("due_at"),
            new Write.Change.Remove("due_shard")));
    List<Item> first = table.due("S", 0, 8, null, 2);
    assertThat(first).extracting(i -> i.key().pk()).containsExactly("P4", "P3");
    assertThat(first.getFirst().has("n")).isFalse();
    assertThat(table.due("S", 0, 8, first.getLast(), 2))
        .extracting(i -> i.key().pk())
        .containsExactly("P2");
    assertThat(table.due("S", 9, 9, null, 9)).hasSize(1);
    assertThat(table.due("S", 10, 99, null, 9)).isEmpty();
    assertThat(table.due("T", 0, 99, null, 9)).isEmpty();
  }

  @Test
  void of_many_writers_on_one_version_exactly_one_wins() throws InterruptedException {
    write(put(A, 0));
    ConcurrentLinkedQueue<Throwable> odd = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        IntStream.range(0, 8).mapToObj(i -> Thread.ofVirtual().start(() -> raise(odd))).toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(odd).isEmpty();
    assertThat(number(A)).isEqualTo(80);
  }

  /** Adds 1 ten times, each time on the version that it read. */
  private void raise(ConcurrentLinkedQueue<Throwable> odd) {
    for (int i = 0; i < 10; ) {
      try {
        Item item = table.get(A);
        long n = item == null ? -1 : item.number("n");
        write(put(A, n + 1, n));
        i++;
      } catch (WriteRefused | TableBusy e) {
        // Somebody else was first.
      } catch (RuntimeException e) {
        odd.add(e);
        return;
      }
    }
  }

  private static Write put(Key key, long number, long onlyAt) {
    return new Write.Put(item(key, number), Condition.equal("n", onlyAt));
  }
}
