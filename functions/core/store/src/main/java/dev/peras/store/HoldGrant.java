package dev.peras.store;

import dev.peras.engine.money.Usd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A granted hold.
 *
 * @param remaining what the session's budget has left beside it; null without a budget
 * @param isNew false where this request had been granted before
 */
public record HoldGrant(
    String holdId, Usd amount, Instant expiresAt, @Nullable Usd remaining, boolean isNew) {}
