package dev.peras.store;

import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.TableBusy;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keys that callers send: who has a key's secret may do what its role may. Thread-safe.
 *
 * <p>A secret is 256 random bits, so that one SHA-256 of it keeps it as well as any slow hash
 * would. It names its key, {@code peras_ID.RANDOM}: one read by key finds it, and nothing is
 * searched.
 */
public final class ApiKeys {
  /** How long the secret before the present one goes on opening a key. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  private static final String PREFIX = "peras_";
  private static final int SECRET_BYTES = 32;
  private static final int MAX_SECRET = 256;

  private final Table table;
  private final Retry retry;
  private final InstantSource clock;
  private final RandomGenerator random = new SecureRandom();

  ApiKeys(Table table, Retry retry, InstantSource clock) {
    this.table = table;
    this.retry = retry;
    this.clock = clock;
  }

  /**
   * A key with a new secret.
   *
   * @param secret shown to whoever asked for it, and never again
   */
  public record Issued(ApiKey key, String secret) {}

  /** Whether a text looks like one of these secrets, right or wrong. */
  public static boolean isSecret(String text) {
    return text.startsWith(PREFIX);
  }

  /** Makes a key, or replaces one: what opened it before does no more. */
  public Issued put(
      String keyId, ApiKey.Role role, @Nullable String customerId, @Nullable Instant expiresAt) {
    String secret = newSecret(keyId);
    ApiKey key =
        new ApiKey(
            keyId,
            role,
            customerId,
            expiresAt,
            List.of(new ApiKey.Secret(sha256(secret), null)),
            now(),
            null);
    retry.untilDone(() -> {
      table.transact(List.of(ApiKeyItem.put(key, Condition.none())));
      return true;
    });
    return new Issued(key, secret);
  }

  /**
   * Gives a key another secret; the one before it opens the key for {@link #OVERLAP} longer.
   *
   * @return null where there is no such key
   */
  public @Nullable Issued rotate(String keyId) {
    String secret = newSecret(keyId);
    return retry.untilDone(() -> {
      Item item = table.get(Keys.apiKey(keyId));
      ApiKey key = item == null ? null : ApiKeyItem.read(item);
      if (item == null || key == null) {
        return null;
      }
      List<ApiKey.Secret> secrets = new ArrayList<>();
      secrets.add(new ApiKey.Secret(sha256(secret), null));
      secrets.add(new ApiKey.Secret(key.secrets().getFirst().sha256(), now().plus(OVERLAP)));
      ApiKey rotated =
          new ApiKey(
              key.id(),
              key.role(),
              key.customerId(),
              key.expiresAt(),
              secrets,
              key.createdAt(),
              key.lastUsedAt());
      try {
        table.transact(
            List.of(ApiKeyItem.put(rotated, new Condition.Equal("secrets", item.get("secrets")))));
      } catch (WriteRefused e) {
        throw new Conflict("key " + keyId + " was changed meanwhile");
      }
      return new Issued(rotated, secret);
    });
  }

  /** A key; null where there is none. */
  public @Nullable ApiKey find(String keyId) {
    Item item = retry.untilDone(() -> table.get(Keys.apiKey(keyId)));
    return item == null ? null : ApiKeyItem.read(item);
  }

  /** Removes a key; that it is gone already is no fault. */
  public void delete(String keyId) {
    retry.untilDone(() -> {
      table.transact(List.of(new Write.Delete(Keys.apiKey(keyId), Condition.none())));
      return true;
    });
  }

  /** The key that a secret names, whether it opens it or not; null where there is none. */
  public @Nullable ApiKey named(String secret) {
    int end = secret.lastIndexOf('.');
    boolean isWellFormed =
        isSecret(secret) && end > PREFIX.length() && secret.length() <= MAX_SECRET;
    return isWellFormed ? find(secret.substring(PREFIX.length(), end)) : null;
  }

  /** Whether a secret opens a key, in a time that does not tell how much of it is right. */
  public static boolean opens(String secret, ApiKey key, Instant now) {
    byte[] sent = sha256(secret).getBytes(StandardCharsets.US_ASCII);
    boolean opens = false;
    for (ApiKey.Secret each : key.secrets()) {
      boolean isInForce = each.until() == null || now.isBefore(each.until());
      byte[] kept = each.sha256().getBytes(StandardCharsets.US_ASCII);
      opens |= MessageDigest.isEqual(sent, kept) && isInForce;
    }
    return opens && !key.isExpired(now);
  }

  /** Notes that a key was used. It is for people: where it can't be noted, nothing is lost. */
  public void used(String keyId) {
    try {
      table.transact(List.of(ApiKeyItem.used(keyId, now())));
    } catch (WriteRefused | TableBusy e) {
      // Removed meanwhile, or used by others this very moment.
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private String newSecret(String keyId) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return PREFIX + keyId + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String sha256(String secret) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
