package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.money.Usd;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What is open of a customer's month or of a session, and who was told of it: whoever got a trigger
 * gets its resolution, whatever types of alerts the endpoint asks for. It is opened in the
 * transaction of the first alert, and one of a month is due when the month ends.
 */
final class IncidentItem {
  private static final Duration RETENTION = Duration.ofDays(400);

  /** Somewhere every month has ended already: there it is looked at first. */
  private static final ZoneOffset EARLIEST = ZoneOffset.ofHours(14);

  private IncidentItem() {}

  /** Notes that something is open. */
  static Write open(Alert alert) {
    List<Write.Change> changes = new ArrayList<>();
    changes.add(new Write.Change.Set("last_at", AttributeValues.of(alert.at())));
    changes.add(
        new Write.Change.Set(
            "ttl", AttributeValues.of(alert.at().plus(RETENTION).getEpochSecond())));
    if (alert instanceof Alert.OfMonth) {
      Instant end = alert.period().plusMonths(1).atDay(1).atStartOfDay().toInstant(EARLIEST);
      changes.add(
          new Write.Change.Set(
              Table.DUE_SHARD, AttributeValues.of(DueIndex.windowShard(alert.customerId()))));
      changes.add(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(end.getEpochSecond())));
    }
    if (alert.cap() != null && alert.thresholds().contains(Alert.BLOCKED)) {
      changes.add(new Write.Change.Set("blocked_at_cap", AttributeValues.of(alert.cap())));
    }
    return new Write.Update(Keys.incident(alert), changes, Condition.none());
  }

  /** Looks at it again at another time. */
  static Write moveDue(Item item, Instant dueAt) {
    return new Write.Update(
        item.key(),
        List.of(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(dueAt.getEpochSecond()))),
        Condition.equal(Table.DUE_AT, item.number(Table.DUE_AT)));
  }

  /** It is not due any more, unless something has come to it since. */
  static Write close(Item item) {
    return new Write.Update(
        item.key(),
        List.of(new Write.Change.Remove(Table.DUE_SHARD), new Write.Change.Remove(Table.DUE_AT)),
        new Condition.Equal("last_at", item.get("last_at")));
  }

  static @Nullable Usd blockedAt(@Nullable Item item) {
    return item == null ? null : item.optionalUsd("blocked_at_cap");
  }

  /** Who was told of what is open: labels by endpoint, as each is registered. */
  static Map<String, Set<String>> told(@Nullable Item item) {
    Map<String, Set<String>> told = new HashMap<>();
    AttributeValue value = item == null ? null : item.find("told");
    if (value != null) {
      value
          .m()
          .forEach((endpoint, labels) -> {
            Set<String> its = new TreeSet<>();
            labels.l().forEach(label -> its.add(label.s()));
            told.put(endpoint, its);
          });
    }
    return told;
  }

  /** Names an endpoint as it is registered. */
  static String name(Endpoint endpoint) {
    return endpoint.id() + " " + endpoint.generation();
  }

  static Write told(Key incident, Map<String, Set<String>> told) {
    Map<String, AttributeValue> values = new HashMap<>();
    told.forEach((endpoint, labels) ->
        values.put(
            endpoint, AttributeValues.of(labels.stream().map(AttributeValues::of).toList())));
    return new Write.Update(
        incident,
        List.of(new Write.Change.Set("told", AttributeValues.of(values))),
        Condition.none());
  }
}
