package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the secrets of endpoints with AES-256-GCM. Thread-safe.
 *
 * <p>A sealed text opens only for its own endpoint, so that write access to the table is not enough
 * to move a secret to another endpoint. It starts with a version, so that the key or cipher can
 * change.
 */
public final class SecretBox {
  /** Names the environment variable with the key. */
  public static final String KEY_VARIABLE = "WEBHOOK_SECRETS_KEY";

  private static final String VERSION = "v1:";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;

  /**
   * @throws IllegalArgumentException when the key is not of 32 bytes
   */
  public SecretBox(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "the key must have %d bytes, not %d".formatted(KEY_BYTES, key.length));
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /**
   * With the key that {@link #KEY_VARIABLE} has; null where it is not set.
   *
   * @throws IllegalArgumentException naming the variable and how to make a key; it does not repeat
   *     the value
   */
  public static SecretBox withKey(@Nullable String value) {
    if (value == null || value.isBlank()) {
      throw unusable("is missing");
    }
    byte[] key = decoded(value.strip());
    if (key == null) {
      throw unusable("is not Base64");
    }
    if (key.length != KEY_BYTES) {
      throw unusable("holds %d bytes".formatted(key.length));
    }
    return new SecretBox(key);
  }

  private static IllegalArgumentException unusable(String fault) {
    return new IllegalArgumentException(
        "%s %s: it must be the Base64 of %d random bytes, such as openssl rand -base64 %d prints"
            .formatted(KEY_VARIABLE, fault, KEY_BYTES, KEY_BYTES));
  }

  /** The secret, for the row of that endpoint; another text each time. */
  public String seal(String endpointId, String secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    // A new generator each time: one kept in a snapshot would repeat its numbers after each resume.
    new SecureRandom().nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, endpointId, nonce).doFinal(secret.getBytes(UTF_8));
      byte[] both =
          ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return VERSION + Base64.getEncoder().encodeToString(both);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + CIPHER, e);
    }
  }

  /**
   * The secret again.
   *
   * @throws IllegalArgumentException when the text was sealed for another endpoint or with another
   *     key, or was changed
   */
  public String open(String endpointId, String sealed) {
    byte[] both = sealed.startsWith(VERSION) ? decoded(sealed.substring(VERSION.length())) : null;
    if (both == null || both.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw new IllegalArgumentException("not a secret that this version sealed");
    }
    byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
    try {
      byte[] secret =
          cipher(Cipher.DECRYPT_MODE, endpointId, nonce)
              .doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
      return new String(secret, UTF_8);
    } catch (AEADBadTagException e) {
      throw new IllegalArgumentException(
          "the secret of endpoint %s was sealed with another key than %s, or was changed"
              .formatted(endpointId, KEY_VARIABLE),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + CIPHER, e);
    }
  }

  private Cipher cipher(int mode, String endpointId, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(endpointId.getBytes(UTF_8));
    return cipher;
  }

  private static byte @Nullable [] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
