package dev.peras.store;

import dev.peras.engine.usage.Hash;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The marker of a hold: it remembers the answer, so that a repeated or late request never reserves
 * money a second time. A hold that was released or settled before it was granted has a marker, too:
 * then the grant must not happen any more.
 */
final class HoldItem {
  /** Longer than any hold stands and any sender tries. */
  private static final Duration RETENTION = Duration.ofHours(2);

  private HoldItem() {}

  /** Marks a hold as granted, unless it has a marker. */
  static Write granted(String sessionId, HoldGrant held, Hash fingerprint, Instant now) {
    return new Write.Put(
        Item.at(Keys.hold(sessionId, held.holdId()))
            .put("amount", held.amount())
            .put("expires_at", held.expiresAt())
            .optional("remaining", held.remaining())
            .put("fingerprint", fingerprint)
            .put("ttl", now.plus(RETENTION).getEpochSecond())
            .item(),
        Condition.absent());
  }

  /** Makes sure that a hold is never granted from now on; what was granted stays remembered. */
  static Write over(String sessionId, String holdId, Instant now) {
    return new Write.Update(
        Keys.hold(sessionId, holdId),
        List.of(
            new Write.Change.Set("over", AttributeValues.TRUE),
            new Write.Change.Set("ttl", AttributeValues.of(now.plus(RETENTION).getEpochSecond()))),
        Condition.none());
  }

  /** The answer that was given; null where the hold was over before it was granted. */
  static @Nullable HoldGrant answer(Item item) {
    return item.has("fingerprint")
        ? new HoldGrant(
            item.text("sk").substring(Keys.HOLD_PREFIX.length()),
            item.usd("amount"),
            item.instant("expires_at"),
            item.optionalUsd("remaining"),
            false)
        : null;
  }
}
