package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Threshold;
import dev.peras.engine.money.Usd;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A customer's month as an item. {@code room} is stored although it follows from the rest, because
 * DynamoDB's conditions have no arithmetic.
 */
final class AccountItem {
  private AccountItem() {}

  /** Stores an account as a whole, in place of the version that it was made from. */
  static Write replace(Account account) {
    return replace(account, isAtRisk(account) ? DueIndex.NOT_JUDGED : DueIndex.NOT_AT_RISK);
  }

  /** The same after a sweep has judged it: if it is still at risk, others come first next time. */
  static Write replaceJudged(Account account, Instant now) {
    return replace(account, isAtRisk(account) ? now.getEpochSecond() : DueIndex.NOT_AT_RISK);
  }

  /** An account is at risk while its room is used up: then only exact sums tell what is spent. */
  private static boolean isAtRisk(Account account) {
    return !account.room().isPositive();
  }

  private static Write replace(Account account, long dueAt) {
    Condition unchanged =
        account.version() == 0 ? Condition.absent() : Condition.equal("version", account.version());
    List<AttributeValue> thresholds =
        account.thresholds().stream().map(AccountItem::threshold).toList();
    Item item =
        Item.at(Keys.account(account.customerId(), account.period()))
            .put("claimed", account.claimed())
            .put("settled", account.settled())
            .put("room", account.room())
            .put("open_sessions", account.openSessions())
            .put("ended_sessions", account.endedSessions())
            .optional("cap", account.cap())
            .flag("blocks", account.blocks())
            .put("top_ups", account.topUps())
            .put("limits_version", account.limitsVersion())
            .put("thresholds", AttributeValues.of(thresholds))
            .put("epoch", account.epoch())
            .put("version", account.version() + 1)
            .put(Table.DUE_SHARD, DueIndex.monthShard(account.customerId(), account.period()))
            .put(Table.DUE_AT, dueAt)
            .item();
    return new Write.Put(item, unchanged);
  }

  /**
   * Adds to the figures, whatever they are by then, as long as the limits are those that were read
   * and the room is more than the claim takes. Sessions that do this concurrently do not affect
   * each other.
   */
  static Write addWithinRoom(Account read, Account.Change change) {
    return add(
        Keys.account(read.customerId(), read.period()),
        change,
        Condition.all(
            Condition.equal("epoch", read.epoch()),
            new Condition.Greater("room", AttributeValues.of(change.claimed()))));
  }

  /** Adds what needs no room, as long as the limits and the standing are those that were read. */
  static Write addWhileSameStanding(Account read, Account.Change change) {
    return add(
        Keys.account(read.customerId(), read.period()),
        change,
        Condition.equal("epoch", read.epoch()));
  }

  /** Gives back what a session does not use: that never needs room. */
  static Write giveBack(String customerId, YearMonth period, Account.Change change) {
    return add(Keys.account(customerId, period), change, Condition.exists());
  }

  private static Write add(Key key, Account.Change change, Condition condition) {
    List<Write.Change> changes = new ArrayList<>();
    addTo(changes, "claimed", change.claimed());
    addTo(changes, "room", change.claimed().negated());
    addTo(changes, "settled", change.settled());
    addTo(changes, "open_sessions", change.openSessions());
    addTo(changes, "ended_sessions", change.endedSessions());
    changes.add(new Write.Change.Add("version", AttributeValues.of(1)));
    return new Write.Update(key, changes, condition);
  }

  private static void addTo(List<Write.Change> changes, String name, long delta) {
    if (delta != 0) {
      changes.add(new Write.Change.Add(name, AttributeValues.of(delta)));
    }
  }

  private static void addTo(List<Write.Change> changes, String name, Usd delta) {
    if (!delta.isZero()) {
      changes.add(new Write.Change.Add(name, AttributeValues.of(delta)));
    }
  }

  static Account read(Item item) {
    return new Account(
        item.text("pk").substring("CUSTOMER#".length()),
        YearMonth.parse(item.text("sk").substring("MONTH#".length())),
        item.number("version"),
        item.number("epoch"),
        item.usd("claimed"),
        item.usd("settled"),
        Math.toIntExact(item.number("open_sessions")),
        Math.toIntExact(item.number("ended_sessions")),
        item.optionalUsd("cap"),
        item.has("blocks"),
        item.usd("top_ups"),
        item.number("limits_version"),
        item.get("thresholds").l().stream().map(AccountItem::threshold).toList());
  }

  private static AttributeValue threshold(Threshold threshold) {
    return AttributeValues.of(
        Map.of(
            "label", AttributeValues.of(threshold.label()),
            "amount", AttributeValues.of(threshold.amount()),
            "alerting", AttributeValue.fromBool(threshold.alerting()),
            "crossings", AttributeValues.of(threshold.crossings())));
  }

  private static Threshold threshold(AttributeValue value) {
    Map<String, AttributeValue> map = value.m();
    Item item = new Item(map);
    return new Threshold(
        item.text("label"),
        item.usd("amount"),
        item.get("alerting").bool(),
        Math.toIntExact(item.number("crossings")));
  }
}
