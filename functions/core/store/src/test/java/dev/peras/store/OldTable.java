package dev.peras.store;

import dev.peras.engine.budgets.Claim;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Turns what a store has written into what version 0.1.0 would have: sessions with the claim and
 * the flag of a share beside its sums, and accounts at their customers with the sum of the claims,
 * the room that was left and a list of thresholds that only grew.
 */
final class OldTable {
  private static final String NO_LIMIT = "100000000000000000";

  private OldTable() {}

  /** A customer's month and its sessions. */
  static void write(Table table, String customerId, String period, List<String> sessionIds) {
    Key newKey = new Key("ACCOUNT#customer:" + customerId + ":month#" + period, "ACCOUNT");
    Item account = Objects.requireNonNull(table.get(newKey));
    List<Write> writes = new ArrayList<>();
    for (String id : sessionIds) {
      writes.add(session(Objects.requireNonNull(table.get(Keys.session(id)))));
      writes.add(new Write.Delete(new Key(newKey.pk(), "LOOSE#" + id), Condition.none()));
    }
    writes.add(new Write.Delete(newKey, Condition.none()));
    writes.add(new Write.Put(account(account, customerId, period), Condition.none()));
    table.transact(writes);
  }

  private static Item account(Item account, String customerId, String period) {
    Usd claimed = account.usd("claimed");
    List<AttributeValue> thresholds = new ArrayList<>();
    Usd next = Usd.of(NO_LIMIT);
    for (AttributeValue value : account.get("thresholds").l()) {
      Item threshold = new Item(value.m());
      thresholds.add(
          threshold(
              threshold.text("label"),
              threshold.usd("amount"),
              threshold.get("alerting").bool(),
              threshold.number("crossing")));
      if (!threshold.get("alerting").bool()) {
        next = next.min(threshold.usd("amount"));
      }
    }
    thresholds.add(threshold("7", Usd.of(NO_LIMIT), false, 3));
    Item.Builder old =
        Item.at(new Key("CUSTOMER#" + customerId, "MONTH#" + period))
            .put("claimed", claimed)
            .put("settled", account.usd("settled"))
            .put("room", next.minus(claimed))
            .put("thresholds", AttributeValues.of(thresholds));
    for (String same :
        List.of(
            "open_sessions",
            "ended_sessions",
            "top_ups",
            "limits_version",
            "epoch",
            "version",
            Table.DUE_SHARD,
            Table.DUE_AT)) {
      old.put(same, account.get(same));
    }
    old.optional("cap", account.optionalUsd("cap")).flag("blocks", account.has("blocks"));
    return old.item();
  }

  private static AttributeValue threshold(
      String label, Usd amount, boolean isAlerting, long crossings) {
    return AttributeValues.of(
        Map.of(
            "label", AttributeValues.of(label),
            "amount", AttributeValues.of(amount),
            "alerting", AttributeValue.fromBool(isAlerting),
            "crossings", AttributeValues.of(crossings)));
  }

  private static Write session(Item item) {
    Session session = SessionItem.read(item);
    Map<String, AttributeValue> state = new LinkedHashMap<>(item.get("s").m());
    Map<String, AttributeValue> shares = new LinkedHashMap<>();
    Map<String, AttributeValue> sums = Objects.requireNonNull(state.remove("b")).m();
    for (PeriodShare share : session.periods()) {
      String period = share.period().toString();
      Claim claim = share.claim();
      shares.put(
          period,
          AttributeValues.of(
              List.of(
                  AttributeValues.of(claim.claimed()),
                  AttributeValues.of(claim.loose() ? 0 : 1),
                  Objects.requireNonNull(sums.get(period)).l().getFirst())));
    }
    state.put("p", AttributeValues.of(shares));
    Map<String, AttributeValue> values = new LinkedHashMap<>(item.values());
    values.put("s", AttributeValues.of(state));
    return new Write.Put(new Item(values), Condition.none());
  }
}
