package dev.peras.store;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request for a hold: an amount, or the maximum cost of a call.
 *
 * @param amount null where the call's price is asked for
 * @param model null for the session's model
 * @param most what the call may use at most; null where an amount is asked for
 * @param ttl how long the hold stands
 * @param fingerprint of the request as sent: the same again gets the same answer
 */
public record HoldRequest(
    String holdId,
    @Nullable Usd amount,
    @Nullable String model,
    @Nullable Tokens most,
    Duration ttl,
    Hash fingerprint) {}
