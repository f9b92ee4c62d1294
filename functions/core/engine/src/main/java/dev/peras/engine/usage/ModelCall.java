package dev.peras.engine.usage;

import org.jspecify.annotations.Nullable;

/**
 * A model call, as far as its price depends on it.
 *
 * @param model null for the session's model
 */
public record ModelCall(@Nullable String model, Tokens tokens, CallTraits traits) {}
