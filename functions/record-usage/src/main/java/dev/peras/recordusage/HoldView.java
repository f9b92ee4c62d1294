package dev.peras.recordusage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Json;
import dev.peras.store.HoldGrant;

/** Shows a granted hold. */
final class HoldView {
  private HoldView() {}

  static ObjectNode of(HoldGrant held) {
    ObjectNode json = Json.object();
    json.put("hold_id", held.holdId());
    json.set("amount", Json.money(held.amount()));
    json.set("expires_at", Json.time(held.expiresAt()));
    json.set("remaining", Json.money(held.remaining()));
    return json;
  }
}
