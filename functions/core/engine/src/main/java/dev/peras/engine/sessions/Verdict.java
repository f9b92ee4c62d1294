package dev.peras.engine.sessions;

import dev.peras.engine.detectors.Warning;
import java.util.List;

/**
 * The result of recording.
 *
 * @param session with the steps counted; its claims have not moved yet
 * @param steps in the order of the events
 * @param raised the warnings of these steps
 */
public record Verdict(Session session, List<Step> steps, List<Warning> raised) {}
