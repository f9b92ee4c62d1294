package dev.peras.recordusage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import dev.peras.store.HoldRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what someone asks to have set aside: an amount, or what a model call may use at most.
 *
 * <p>An amount may be as fine as a cost, for whoever prices calls exactly holds exactly that.
 */
final class HoldReader {
  private static final long DEFAULT_TTL_SECONDS = 600;
  static final long MAX_TTL_SECONDS = 3600;
  private static final Rule<Long> TTL_SECONDS = Rule.integer(1, MAX_TTL_SECONDS);

  /** What describes a call; an amount makes all of it superfluous. */
  private static final List<String> OF_A_CALL =
      List.of(
          "model",
          "input_tokens",
          "max_output_tokens",
          "cache_write_tokens",
          "cache_write_1h_tokens");

  private HoldReader() {}

  static HoldRequest read(Fields fields) {
    String holdId = fields.get("hold_id", Rule.ID);
    Usd amount = fields.find("amount", Rule.COST);
    String model = fields.find("model", Rule.MODEL);
    Tokens most = fields.node("amount") == null ? most(fields) : null;
    if (fields.node("amount") != null) {
      refuseCall(fields);
    }
    long ttlSeconds = fields.find("ttl_seconds", TTL_SECONDS, DEFAULT_TTL_SECONDS);
    return new HoldRequest(
        holdId,
        amount,
        model,
        most,
        Duration.ofSeconds(ttlSeconds),
        fingerprint(amount, model, most, ttlSeconds));
  }

  /** What the call may use at most. Reading from a cache is cheaper than not to. */
  private static @Nullable Tokens most(Fields fields) {
    if (OF_A_CALL.stream().allMatch(name -> fields.node(name) == null)) {
      fields.fault(
          "amount",
          "is missing: it must be %s, or input_tokens and max_output_tokens stand in its place"
              .formatted(Rule.COST.description()));
      return null;
    }
    return new Tokens(
        fields.get("input_tokens", Rule.TOKENS),
        fields.get("max_output_tokens", Rule.TOKENS),
        0,
        fields.find("cache_write_tokens", Rule.TOKENS, 0L),
        fields.find("cache_write_1h_tokens", Rule.TOKENS, 0L),
        0);
  }

  private static void refuseCall(Fields fields) {
    for (String name : OF_A_CALL) {
      if (fields.node(name) != null) {
        fields.fault(name, "must not come together with amount");
      }
    }
  }

  /** Of what was asked, not of how it was written: 1.50 is 1.5, and a default may be left out. */
  private static Hash fingerprint(
      @Nullable Usd amount, @Nullable String model, @Nullable Tokens most, long ttlSeconds) {
    ObjectNode content = Json.object();
    content.set("amount", Json.money(amount));
    content.put("model", model);
    if (most != null) {
      content.put("input_tokens", most.input());
      content.put("max_output_tokens", most.output());
      content.put("cache_write_tokens", most.cacheWrite());
      content.put("cache_write_1h_tokens", most.cacheWrite1h());
    }
    content.put("ttl_seconds", ttlSeconds);
    return Hash.of(Json.writeCanonically(content));
  }
}
