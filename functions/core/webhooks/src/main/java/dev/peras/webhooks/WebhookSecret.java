package dev.peras.webhooks;

import java.util.Base64;
import java.util.random.RandomGenerator;

/** Signing secrets: {@code whsec_} and the Base64 of a key, as in Standard Webhooks. */
public final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final int KEY_BYTES = 32;
  private static final int MIN_KEY_BYTES = 24;
  private static final int MAX_KEY_BYTES = 64;

  private WebhookSecret() {}

  /**
   * A new secret.
   *
   * @param random must be unpredictable, such as {@link java.security.SecureRandom}
   */
  public static String create(RandomGenerator random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /**
   * The key in a secret.
   *
   * @throws IllegalArgumentException when the text is no secret; it does not repeat the text
   */
  static byte[] key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      throw new IllegalArgumentException("a webhook secret must start with " + PREFIX);
    }
    byte[] key;
    try {
      key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    } catch (IllegalArgumentException notBase64) {
      // Without its cause, which quotes the secret's characters.
      throw new IllegalArgumentException("a webhook secret must be Base64 after " + PREFIX);
    }
    if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a webhook secret must hold %d to %d bytes, not %d"
              .formatted(MIN_KEY_BYTES, MAX_KEY_BYTES, key.length));
    }
    return key;
  }
}
