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
 * A delivery as an item. {@code due_at} is both its place in the index and its lease: an attempt
 * first moves it, under the condition that it has not moved.
 */
final class DeliveryItem {
  private static final Duration RETENTION = Duration.ofDays(400);

  private DeliveryItem() {}

  static Write create(
      String alertId, Endpoint endpoint, boolean isOwed, Instant now, Condition condition) {
    Item item =
        Item.at(Keys.delivery(alertId, endpoint.id()))
            .put("generation", endpoint.generation())
            .flag("owed", isOwed)
            .put("state", name(Delivery.State.PENDING))
            .put("attempts", 0)
            .put("own_failures", 0)
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
            new Write.Change.Set(Table.DUE_AT, AttributeValues.of(until.getEpochSecond())),
            new Write.Change.Remove("waiting"),
            new Write.Change.Remove("reason")));
  }

  /** Puts it off without an attempt, as long as its endpoint takes nothing. */
  static Write postpone(Delivery delivery, Instant until, String reason) {
    List<Write.Change> changes = new ArrayList<>();
    addPause(changes, until, Delivery.Waiting.ENDPOINT, reason);
    return update(delivery, changes);
  }

  /** Makes it due again, without an attempt. */
  static Write free(Delivery delivery, Instant now) {
    return update(
        delivery,
        List.of(
            new Write.Change.Set(Table.DUE_AT, AttributeValues.of(now.getEpochSecond())),
            new Write.Change.Remove("waiting"),
            new Write.Change.Remove("reason")));
  }

  /**
   * An attempt failed.
   *
   * @param isOwn for reasons of this message
   */
  static Write failed(Delivery leased, boolean isOwn, Instant next, Failure failure) {
    List<Write.Change> changes = new ArrayList<>();
    int ownFailures = leased.ownFailures() + (isOwn ? 1 : 0);
    changes.add(new Write.Change.Set("own_failures", AttributeValues.of(ownFailures)));
    addPause(changes, next, failure.waiting(), failure.error());
    addOutcome(changes, failure.status(), failure.error());
    return update(leased, changes);
  }

  /**
   * What was wrong with an attempt.
   *
   * @param status null where no answer came
   */
  record Failure(Delivery.Waiting waiting, @Nullable Integer status, String error) {}

  static Write dead(Delivery delivery, @Nullable Integer status, String error) {
    List<Write.Change> changes = over(Delivery.State.DEAD);
    changes.add(new Write.Change.Set("reason", AttributeValues.of(error)));
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
    changes.add(new Write.Change.Remove("waiting"));
    changes.add(new Write.Change.Remove(Table.DUE_SHARD));
    changes.add(new Write.Change.Remove(Table.DUE_AT));
    return changes;
  }

  /** Whole seconds, rounded up: it must not be due before its pause is over. */
  private static void addPause(
      List<Write.Change> changes, Instant until, Delivery.Waiting waiting, String reason) {
    long second = until.getEpochSecond() + (until.getNano() > 0 ? 1 : 0);
    changes.add(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(second)));
    changes.add(
        new Write.Change.Set(
            "waiting", AttributeValues.of(waiting.name().toLowerCase(Locale.ROOT))));
    changes.add(new Write.Change.Set("reason", AttributeValues.of(reason)));
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
    String waiting = item.optionalText("waiting");
    return new Delivery(
        Keys.alertId(item.key()),
        Keys.endpointId(item.key()),
        new Delivery.Addressee(item.text("generation"), item.has("owed")),
        Delivery.State.valueOf(item.text("state").toUpperCase(Locale.ROOT)),
        Math.toIntExact(item.number("attempts")),
        Math.toIntExact(item.number("own_failures")),
        new Delivery.Schedule(
            item.has(Table.DUE_AT) ? item.number(Table.DUE_AT) : 0,
            waiting == null ? null : Delivery.Waiting.valueOf(waiting.toUpperCase(Locale.ROOT)),
            item.optionalText("reason")),
        new Delivery.Past(
            item.instant("created_at"),
            item.optionalInstant("last_attempt_at"),
            status == null ? null : Math.toIntExact(AttributeValues.number(status)),
            item.optionalText("last_error"),
            item.optionalInstant("sent_at")));
  }

  private static String name(Delivery.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
