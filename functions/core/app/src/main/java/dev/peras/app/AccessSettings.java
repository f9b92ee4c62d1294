package dev.peras.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in.
 *
 * @param requireKey whether a request that API Gateway has not authenticated needs a key
 * @param customerClaim the claim of tokens that names the only customer of their bearer; null for
 *     none
 * @param keyCache how long a key counts as it was read: so long may a removed one still open
 */
public record AccessSettings(
    boolean requireKey, @Nullable String customerClaim, Duration keyCache) {}
