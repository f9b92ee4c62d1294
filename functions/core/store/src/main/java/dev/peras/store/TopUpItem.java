package dev.peras.store;

import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.Instant;
import java.time.YearMonth;

/** A top-up as an item: the record of it, and the marker that it has been made. */
final class TopUpItem {
  private TopUpItem() {}

  static Write create(String customerId, TopUp topUp, YearMonth period, Instant now) {
    return new Write.Put(
        Item.at(Keys.topUp(customerId, topUp.id()))
            .put("amount", topUp.amount())
            .optional("reason", topUp.reason())
            .put("period", period.toString())
            .put("made_at", now)
            .item(),
        Condition.absent());
  }

  static TopUp read(Item item) {
    return new TopUp(
        item.text("sk").substring(Keys.TOP_UP_PREFIX.length()),
        item.usd("amount"),
        item.optionalText("reason"));
  }
}
