package dev.peras.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What keys open, and when they no longer do. */
abstract class KeysContract extends OnEveryTable {
  private boolean opens(String secret) {
    @Nullable ApiKey key = store.keys().named(secret);
    return key != null && ApiKeys.opens(secret, key, clock.instant());
  }

  private ApiKey key(String id) {
    return requireNonNull(store.keys().find(id));
  }

  private ApiKeys.Issued rotate(String id) {
    return requireNonNull(store.keys().rotate(id));
  }

  private ApiKeys.Issued issue(String id) {
    return store.keys().put(id, ApiKey.Role.INGEST, "acme", null);
  }

  @Test
  void a_secret_opens_its_key_and_nothing_else_does() {
    ApiKeys.Issued issued = issue("exporter.1");
    assertThat(opens(issued.secret())).isTrue();
    assertThat(opens(issued.secret().replaceAll(".$", "~"))).isFalse();
    assertThat(opens(issued.secret() + "A")).isFalse();
    assertThat(opens("peras_exporter.1.")).isFalse();
    assertThat(opens("peras_nobody." + "A".repeat(43))).isFalse();
    assertThat(opens("peras_")).isFalse();
    assertThat(opens("")).isFalse();
  }

  @Test
  void the_secret_itself_is_never_stored() {
    ApiKeys.Issued issued = issue("k");
    assertThat(requireNonNull(table.get(Keys.apiKey("k"))).toString())
        .doesNotContain(issued.secret())
        .doesNotContain(issued.secret().substring(issued.secret().lastIndexOf('.') + 1));
    assertThat(key("k").toString()).doesNotContain(issued.secret());
  }

  @Test
  void after_a_rotation_both_secrets_open_a_key_for_a_day() {
    ApiKeys.Issued first = issue("k");
    ApiKeys.Issued second = rotate("k");
    assertThat(opens(first.secret())).isTrue();
    assertThat(opens(second.secret())).isTrue();

    clock.advance(Duration.ofHours(24));
    assertThat(opens(first.secret())).isFalse();
    assertThat(opens(second.secret())).isTrue();
  }

  @Test
  void a_second_rotation_ends_the_first_secret_at_once() {
    ApiKeys.Issued first = issue("k");
    ApiKeys.Issued unused = rotate("k");
    unused = rotate("k");
    assertThat(opens(first.secret())).isFalse();
  }

  @Test
  void an_expired_a_replaced_and_a_removed_key_open_nothing() {
    Instant soon = clock.instant().plusSeconds(60);
    ApiKeys.Issued expiring = store.keys().put("a", ApiKey.Role.AGENT, null, soon);
    ApiKeys.Issued replaced = issue("b");
    ApiKeys.Issued removed = issue("c");
    clock.advance(Duration.ofSeconds(59));
    assertThat(opens(expiring.secret())).isTrue();
    clock.advance(Duration.ofSeconds(1));
    ApiKeys.Issued unused = issue("b");
    store.keys().delete("c");
    assertThat(opens(expiring.secret())).isFalse();
    assertThat(opens(replaced.secret())).isFalse();
    assertThat(opens(removed.secret())).isFalse();
    assertThat(store.keys().find("c")).isNull();
    assertThat(store.keys().rotate("c")).isNull();
  }

  @Test
  void a_key_says_when_it_was_used_last() {
    issue("k");
    assertThat(key("k").lastUsedAt()).isNull();
    store.keys().used("k");
    assertThat(key("k").lastUsedAt()).isEqualTo(clock.instant());
    store.keys().used("gone");
  }
}
