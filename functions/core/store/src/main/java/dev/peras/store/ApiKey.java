package dev.peras.store;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key that callers send with their requests.
 *
 * @param customerId the only customer that its callers may deal with; null for any
 * @param expiresAt from when on it opens nothing; null for never
 * @param secrets the hashes that open it, the newest first
 * @param lastUsedAt to the hour; null for never
 */
public record ApiKey(
    String id,
    Role role,
    @Nullable String customerId,
    @Nullable Instant expiresAt,
    List<Secret> secrets,
    Instant createdAt,
    @Nullable Instant lastUsedAt) {

  /** What a key's callers may do. */
  public enum Role {
    /** Record usage, and nothing else. */
    INGEST,
    /** What an agent needs, and nothing that moves a limit. */
    AGENT,
    /** Everything. */
    ADMIN;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One secret of a key.
   *
   * @param sha256 in hex
   * @param until null while it is the key's present one
   */
  public record Secret(String sha256, @Nullable Instant until) {}

  public ApiKey {
    secrets = List.copyOf(secrets);
  }

  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
