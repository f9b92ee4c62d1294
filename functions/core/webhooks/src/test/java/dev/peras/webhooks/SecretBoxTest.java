package dev.peras.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretBoxTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final SecretBox box = new SecretBox(key(1));

  private static byte[] key(int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return key;
  }

  @Test
  void what_is_sealed_opens_again() {
    for (String secret : new String[] {"", SECRET, "schlüssel-€-🔑"}) {
      assertThat(box.open("hook-1", box.seal("hook-1", secret))).isEqualTo(secret);
      assertThat(new SecretBox(key(1)).open("hook-1", box.seal("hook-1", secret)))
          .isEqualTo(secret);
    }
  }

  @Test
  void a_sealed_text_shows_its_version_and_nothing_else() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String sealed = box.seal("hook-1", SECRET);
      assertThat(sealed).startsWith("v1:").doesNotContain("whsec");
      assertThat(seen.add(sealed)).as("another nonce each time").isTrue();
    }
  }

  @Test
  void it_opens_for_its_endpoint_and_with_its_key_alone() {
    String sealed = box.seal("hook-1", SECRET);
    assertThatThrownBy(() -> box.open("hook-2", sealed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hook-2")
        .hasMessageContaining("WEBHOOK_SECRETS_KEY");
    assertThatThrownBy(() -> new SecretBox(key(2)).open("hook-1", sealed))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void no_byte_can_be_changed() {
    String sealed = box.seal("hook-1", SECRET);
    byte[] bytes = Base64.getDecoder().decode(sealed.substring("v1:".length()));
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertNotOpened("v1:" + Base64.getEncoder().encodeToString(changed));
      byte[] shorter = Arrays.copyOf(bytes, i);
      assertNotOpened("v1:" + Base64.getEncoder().encodeToString(shorter));
    }
    assertNotOpened(sealed.replace("v1:", "v2:"));
    assertNotOpened("v1:!");
    assertNotOpened("");
  }

  private void assertNotOpened(String sealed) {
    assertThatThrownBy(() -> box.open("hook-1", sealed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("whsec");
  }

  @Test
  void the_key_comes_from_the_environment() {
    String value = Base64.getEncoder().encodeToString(key(1));
    SecretBox withKey = SecretBox.withKey(value + "\n");
    assertThat(withKey.open("hook-1", box.seal("hook-1", SECRET))).isEqualTo(SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "'', is missing",
    "' ', is missing",
    "secret!, is not Base64",
    "c2VjcmV0, holds 6 bytes",
  })
  void a_key_that_is_none_is_named_without_repeating_it(String value, String fault) {
    assertThatThrownBy(() -> SecretBox.withKey(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "WEBHOOK_SECRETS_KEY %s: it must be the Base64 of 32 random bytes, such as openssl rand -base64 32 prints"
                .formatted(fault));
    assertThatThrownBy(() -> SecretBox.withKey(null))
        .hasMessageStartingWith("WEBHOOK_SECRETS_KEY is missing");
    assertThatThrownBy(() -> new SecretBox(new byte[16])).hasMessageContaining("32 bytes, not 16");
  }
}
