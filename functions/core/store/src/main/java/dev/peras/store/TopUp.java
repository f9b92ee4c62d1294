package dev.peras.store;

import dev.peras.engine.money.Usd;
import org.jspecify.annotations.Nullable;

/**
 * Money added to a customer's cap for the current month.
 *
 * @param id the sender's name for it: it is added once however often it is sent
 */
public record TopUp(String id, Usd amount, @Nullable String reason) {}
