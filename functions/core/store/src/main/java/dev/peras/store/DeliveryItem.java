package dev.peras.store;

import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A delivery as an item. {@code due_at} is its place in the index and its lease at once: whoever
 * wants to make an attempt moves it first, under the condition that nobody else has.
 */
final class DeliveryItem {
  private static final Duration RETENTION = Duration.ofDays(400);

  private DeliveryItem() {}

  static Write create(String alertId, String endpointId, Instant now, Condition condition) {
    Item item =
        Item.at(Keys.delivery(alertId, endpointId))
            .put("state", name(Delivery.State.PENDING))
            .put("attempts", 0)
            .put("created_at", now)
            .put("ttl", now.plus(RETENTION).getEpochSecond())
            .put(Table.DUE_SHARD, DueIndex.deliveryShard(alertId))
            .put(Table.DUE_AT, now.getEpochSecond())
            .item();
    return new Write.Put(item, condition);
  }

  /** Takes a delivery for an attempt. */
  static Write lease(Delivery delivery, Instant now, Instant until) {
    return update(
        delivery,
        List.of(
            new Write.Change.Set("attempts", AttributeValues.of(delivery.attempts() + 1)),
            new Write.Change.Set("last_attempt_at", AttributeValues.of(now)),
            new Write.Change.Set(Table.DUE_AT, AttributeValues.of(until.getEpochSecond()))));
  }

  /** Puts it off without an attempt. */
  static Write postpone(Delivery delivery, Instant until) {
    return update(
        delivery,
        List.of(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(until.getEpochSecond()))));
  }

  static Write failed(Delivery leased, Instant next, @Nullable Integer status, String error) {
    List<Write.Change> changes = new ArrayList<>();
    changes.add(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(next.getEpochSecond())));
    addOutcome(changes, status, error);
    return update(leased, changes);
  }

  static Write dead(Delivery delivery, @Nullable Integer status, String error) {
    List<Write.Change> changes = over(Delivery.State.DEAD);
    addOutcome(changes, status, error);
    return update(delivery, changes);
  }

  static Write sent(Delivery leased, int status, Instant now) {
    List<Write.Change> changes = over(Delivery.State.SENT);
    changes.add(new Write.Change.Set("last_status", AttributeValues.of(status)));
    changes.add(new Write.Change.Remove("last_error"));
    changes.add(new Write.Change.Set("sent_at", AttributeValues.of(now)));
    return update(leased, changes);
  }

  private static List<Write.Change> over(Delivery.State state) {
    List<Write.Change> changes = new ArrayList<>();
    changes.add(new Write.Change.Set("state", AttributeValues.of(name(state))));
    changes.add(new Write.Change.Remove(Table.DUE_SHARD));
    changes.add(new Write.Change.Remove(Table.DUE_AT));
    return changes;
  }

  private static void addOutcome(
      List<Write.Change> changes, @Nullable Integer status, String error) {
    changes.add(
        status == null
            ? new Write.Change.Remove("last_status")
            : new Write.Change.Set("last_status", AttributeValues.of(status)));
    changes.add(new Write.Change.Set("last_error", AttributeValues.of(error)));
  }

  private static Write update(Delivery delivery, List<Write.Change> changes) {
    return new Write.Update(
        Keys.delivery(delivery.alertId(), delivery.endpointId()),
        changes,
        Condition.equal(Table.DUE_AT, delivery.dueAt()));
  }

  static Delivery read(Item item) {
    AttributeValue status = item.find("last_status");
    return new Delivery(
        Keys.alertId(item.key()),
        Keys.endpointId(item.key()),
        Delivery.State.valueOf(item.text("state").toUpperCase(Locale.ROOT)),
        Math.toIntExact(item.number("attempts")),
        item.instant("created_at"),
        item.has(Table.DUE_AT) ? item.number(Table.DUE_AT) : 0,
        item.optionalInstant("last_attempt_at"),
        status == null ? null : Math.toIntExact(AttributeValues.number(status)),
        item.optionalText("last_error"),
        item.optionalInstant("sent_at"));
  }

  private static String name(Delivery.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
