package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An alert as an item. It is written in the transaction of its cause, so that neither exists
 * without the other, and stays in the index of due work until it has been handed over.
 */
final class AlertItem {
  static final String SEQUENCE = "sequence";

  /** The number of an alert that has not been handed over. */
  static final long NONE = -1;

  /** How long alerts are kept. */
  private static final Duration RETENTION = Duration.ofDays(400);

  private AlertItem() {}

  static List<Write> create(List<Alert> alerts) {
    List<Write> writes = new ArrayList<>(alerts.size() + 1);
    Set<Key> incidents = new HashSet<>();
    for (Alert alert : alerts) {
      writes.add(create(alert, NONE));
      if (!alert.isGoodNews() && incidents.add(Keys.incident(alert))) {
        writes.add(IncidentItem.open(alert));
      }
    }
    return writes;
  }

  /** One that needs no handing over has its number from the start. */
  static Write create(Alert alert, long sequence) {
    Item.Builder item =
        Item.at(Keys.alert(alert.id()))
            .put("type", alert.type().wireName())
            .put("at", alert.at())
            .put("customer_id", alert.customerId())
            .put("period", alert.period().toString())
            .put("state", alert.state().name())
            .put(
                "thresholds",
                AttributeValues.of(alert.thresholds().stream().map(AttributeValues::of).toList()))
            .put("spent", alert.spent())
            .optional("cap", alert.cap())
            .optional("session_id", alert.sessionId())
            .optional("message", alert.message())
            .put("ttl", alert.at().plus(RETENTION).getEpochSecond())
            .put(SEQUENCE, sequence);
    if (sequence == NONE) {
      item.put(Table.DUE_SHARD, DueIndex.alertShard(alert.id()))
          .put(Table.DUE_AT, alert.at().getEpochSecond());
    }
    return new Write.Put(item.item(), Condition.absent());
  }

  /** Gives an alert its number and what it is told with, unless it has one. */
  static Write number(AlertReport report) {
    List<Write.Change> changes = new ArrayList<>();
    changes.add(new Write.Change.Set(SEQUENCE, AttributeValues.of(report.sequence())));
    if (report.projected() != null) {
      changes.add(new Write.Change.Set("projected", AttributeValues.of(report.projected())));
    }
    changes.add(new Write.Change.Set("top_models", costs(report.topModels())));
    changes.add(new Write.Change.Set("top_sessions", costs(report.topSessions())));
    changes.add(new Write.Change.Remove(Table.DUE_SHARD));
    changes.add(new Write.Change.Remove(Table.DUE_AT));
    return new Write.Update(
        Keys.alert(report.alert().id()), changes, Condition.equal(SEQUENCE, NONE));
  }

  static boolean isNumbered(Item item) {
    return item.number(SEQUENCE) != NONE;
  }

  static Alert read(Item item) {
    AlertType type = Objects.requireNonNull(AlertType.find(item.text("type")));
    Alert.Head head =
        new Alert.Head(
            Keys.alertId(item.key()),
            type,
            item.instant("at"),
            item.text("customer_id"),
            YearMonth.parse(item.text("period")));
    Standing.State state = Standing.State.valueOf(item.text("state"));
    List<String> thresholds = item.get("thresholds").l().stream().map(AttributeValue::s).toList();
    Usd spent = item.usd("spent");
    Usd cap = item.optionalUsd("cap");
    String sessionId = item.optionalText("session_id");
    if (type == AlertType.WEBHOOK_TEST) {
      return new Alert.Test(head, state, thresholds, spent, cap);
    }
    return sessionId == null
        ? new Alert.OfMonth(head, state, thresholds, spent, cap)
        : new Alert.OfSession(
            head, state, thresholds, spent, cap, sessionId, item.optionalText("message"));
  }

  static AlertReport report(Item item) {
    return new AlertReport(
        read(item),
        item.number(SEQUENCE),
        item.optionalUsd("projected"),
        costs(item, "top_models"),
        costs(item, "top_sessions"));
  }

  private static AttributeValue costs(List<AlertReport.Cost> costs) {
    return AttributeValues.of(
        costs.stream()
            .map(cost ->
                AttributeValues.of(
                    Map.of(
                        "name",
                        AttributeValues.of(cost.name()),
                        "cost",
                        AttributeValues.of(cost.cost()))))
            .toList());
  }

  private static List<AlertReport.Cost> costs(Item item, String name) {
    AttributeValue costs = item.find(name);
    return costs == null
        ? List.of()
        : costs.l().stream()
            .map(value -> new Item(value.m()))
            .map(cost -> new AlertReport.Cost(cost.text("name"), cost.usd("cost")))
            .toList();
  }
}
