package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verified by the library of Standard Webhooks, which has nothing to do with ours. */
class SignatureTest {
  private static final String OLD = WebhookSecret.create(new Random(1));
  private static final String NEW = WebhookSecret.create(new Random(2));
  private static final String BODY = "{\"who\":\"Zoë\",\"spent\":0.000826028}";

  /** The library refuses old timestamps. */
  private final Instant now = Instant.now();

  private void verify(String secret, String body, String signature) throws Exception {
    Map<String, List<String>> headers =
        Map.of(
            "webhook-id", List.of("alert-1"),
            "webhook-timestamp", List.of(Long.toString(now.getEpochSecond())),
            "webhook-signature", List.of(signature));
    new Webhook(secret).verify(body, headers);
  }

  private String sign(String... secrets) {
    return Signature.of(List.of(secrets), "alert-1", now, BODY.getBytes(UTF_8));
  }

  @Test
  void the_library_verifies_it() {
    assertThatCode(() -> verify(NEW, BODY, sign(NEW))).doesNotThrowAnyException();
  }

  @Test
  void while_secrets_rotate_both_verify() {
    String both = sign(NEW, OLD);
    assertThat(both.split(" ")).hasSize(2).containsExactly(sign(NEW), sign(OLD));
    assertThatCode(() -> verify(NEW, BODY, both)).doesNotThrowAnyException();
    assertThatCode(() -> verify(OLD, BODY, both)).doesNotThrowAnyException();
  }

  @Test
  void another_secret_or_body_does_not_verify() {
    assertThatThrownBy(() -> verify(OLD, BODY, sign(NEW)))
        .isInstanceOf(WebhookVerificationException.class);
    assertThatThrownBy(() -> verify(NEW, BODY + " ", sign(NEW)))
        .isInstanceOf(WebhookVerificationException.class);
  }

  /** The example of the specification's reference implementations. */
  @Test
  void known_answer() {
    assertThat(
            Signature.of(
                List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1614265330),
                "{\"test\": 2432232314}".getBytes(UTF_8)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void secrets_are_32_bytes_that_nobody_knows() {
    String secret = WebhookSecret.create(new SecureRandom());
    assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(WebhookSecret.key(secret)).hasSize(32);
    assertThat(WebhookSecret.create(new SecureRandom())).isNotEqualTo(secret);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "whsec_", "whsec_sec!ret", "whsec_c2VjcmV0"})
  void what_is_no_secret_is_refused_without_repeating_it(String secret) {
    assertThatThrownBy(() -> sign(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a webhook secret must ")
        .hasMessageNotContainingAny("sec!ret", "c2VjcmV0")
        .hasNoCause();
    String tooLong = "whsec_" + Base64.getEncoder().encodeToString(new byte[65]);
    assertThatThrownBy(() -> sign(tooLong)).hasMessageEndingWith("24 to 64 bytes, not 65");
  }
}
