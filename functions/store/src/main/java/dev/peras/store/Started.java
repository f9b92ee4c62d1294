package dev.peras.store;

import dev.peras.engine.Session;

/**
 * A session that runs.
 *
 * @param isNew false where this start had been made before
 */
public record Started(Session session, boolean isNew) {}
