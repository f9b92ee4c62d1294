package dev.peras.store;

import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A customer's limits as an item. A customer without one has the deployment's defaults. */
final class LimitsItem {
  private LimitsItem() {}

  /** Stores limits in place of the version before. */
  static Write replace(String customerId, Limits limits) {
    List<AttributeValue> thresholds =
        limits.alertThresholds().stream().map(t -> AttributeValues.of(t.label())).toList();
    Item item =
        Item.at(Keys.limits(customerId))
            .optional("monthly_cap", limits.monthlyCap())
            .put("alert_thresholds", AttributeValues.of(thresholds))
            .flag("blocks", limits.blocks())
            .optional("plan_price", limits.planPrice())
            .put("time_zone", limits.timeZone().getId())
            .put("idle_timeout_minutes", limits.idleTimeoutMinutes())
            .put("version", limits.version())
            .item();
    return new Write.Put(item, isVersion(limits.version() - 1));
  }

  /** Writes nothing, and holds as long as the limits are those that were read. */
  static Write unchanged(String customerId, long version) {
    return new Write.Check(Keys.limits(customerId), isVersion(version));
  }

  private static Condition isVersion(long version) {
    return version == 0 ? Condition.absent() : Condition.equal("version", version);
  }

  static Limits read(Item item) {
    return new Limits(
        item.optionalUsd("monthly_cap"),
        item.get("alert_thresholds").l().stream().map(t -> threshold(t.s())).toList(),
        item.has("blocks"),
        item.optionalUsd("plan_price"),
        ZoneId.of(item.text("time_zone")),
        Math.toIntExact(item.number("idle_timeout_minutes")),
        item.number("version"));
  }

  private static AlertThreshold threshold(String label) {
    return label.endsWith("%")
        ? AlertThreshold.ofPercentage(new BigDecimal(label.substring(0, label.length() - 1)))
        : AlertThreshold.ofAmount(Usd.of(label));
  }
}
