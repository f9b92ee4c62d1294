package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Standard Webhooks 1.0 does: HMAC-SHA256 of {@code id.timestamp.body}, the timestamp in
 * seconds.
 */
public final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /**
   * The value of {@code webhook-signature}: one signature for each secret, so that a receiver
   * verifies with the old one or the new one while they change.
   *
   * @throws IllegalArgumentException when a secret is none
   */
  public static String of(List<String> secrets, String id, Instant timestamp, byte[] body) {
    byte[] start = "%s.%d.".formatted(id, timestamp.getEpochSecond()).getBytes(UTF_8);
    return secrets.stream()
        .map(secret -> "v1," + hmac(WebhookSecret.key(secret), start, body))
        .collect(joining(" "));
  }

  private static String hmac(byte[] key, byte[] start, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(start);
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
