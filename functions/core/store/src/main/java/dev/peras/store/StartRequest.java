package dev.peras.store;

import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to start a session.
 *
 * @param sessionId null to have one made
 * @param model for events that name none
 * @param budget the most that the session should cost; null for no limit of its own
 * @param detectors null for the deployment's settings
 * @param fingerprint of the request as sent: the same again is the same start
 */
public record StartRequest(
    @Nullable String sessionId,
    String customerId,
    @Nullable String task,
    @Nullable String model,
    @Nullable Usd budget,
    @Nullable DetectorSettings detectors,
    Map<String, String> tags,
    Hash fingerprint) {}
