package dev.peras.store;

import dev.peras.engine.money.Usd;

/**
 * Whether a customer can pay for a task that is about to start. Asking reserves nothing.
 *
 * @param amount what the task is expected to cost; 0 where that is not known
 */
public record Admission(boolean allowed, Usd amount, CustomerMonth month) {}
