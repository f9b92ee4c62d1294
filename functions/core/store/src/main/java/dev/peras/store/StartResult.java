package dev.peras.store;

import dev.peras.engine.sessions.Session;

/**
 * A session that runs.
 *
 * @param isNew false where this start had been made before
 */
public record StartResult(Session session, boolean isNew) {}
