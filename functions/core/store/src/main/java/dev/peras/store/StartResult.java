package dev.peras.store;

import dev.peras.engine.sessions.Session;

/**
 * A started session.
 *
 * @param isNew false where this start had been made before
 */
public record StartResult(Session session, boolean isNew) {}
