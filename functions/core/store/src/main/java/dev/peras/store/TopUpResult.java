package dev.peras.store;

/**
 * A customer's month after a top-up.
 *
 * @param isNew false where this top-up had been made before
 */
public record TopUpResult(CustomerMonth month, boolean isNew) {}
