package dev.peras.store;

import dev.peras.engine.usage.UsageEvent;
import java.time.Instant;

/**
 * A call that has happened and has no price yet: kept aside until it has one.
 *
 * @param sessionId where it will count
 * @param keptAt since when it waits
 */
public record UnpricedCall(String sessionId, String customerId, UsageEvent event, Instant keptAt) {}
