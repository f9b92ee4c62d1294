package dev.peras.engine.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Call;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tells a re-sent event from another one under the same id. */
class FingerprintTest {
  private static Call full() {
    return Call.named("e")
        .model("m")
        .tokens(new Tokens(1, 2, 3, 4, 5, 1))
        .batch()
        .toolCalls(7)
        .prompt("p")
        .result("r")
        .cost("0.5")
        .at("2026-11-12T09:00:00Z")
        .hold("h")
        .tags(Map.of("team", "core"));
  }

  static Stream<Call> others() {
    return Stream.of(
        full().model("n"),
        full().tokens(new Tokens(9, 2, 3, 4, 5, 1)),
        full().tokens(new Tokens(1, 9, 3, 4, 5, 1)),
        full().tokens(new Tokens(1, 2, 9, 4, 5, 1)),
        full().tokens(new Tokens(1, 2, 3, 9, 5, 1)),
        full().tokens(new Tokens(1, 2, 3, 4, 9, 1)),
        full().tokens(new Tokens(1, 2, 3, 4, 5, 0)),
        full().toolCalls(8),
        full().prompt("q"),
        full().result("s"),
        full().cost("0.51"),
        full().at("2026-11-12T09:00:00.001Z"),
        full().hold("i"),
        full().tags(Map.of()),
        full().tags(Map.of("team", "shop")),
        full().tags(Map.of("crew", "core")),
        full().tags(Map.of("team", "core", "x", "")));
  }

  @ParameterizedTest
  @MethodSource("others")
  void any_other_content_has_another_fingerprint(Call other) {
    assertThat(other.event().fingerprint()).isNotEqualTo(full().event().fingerprint());
  }

  @Test
  void all_those_differ_from_one_another_too() {
    assertThat(others().map(call -> call.event().fingerprint())).doesNotHaveDuplicates();
  }

  @Test
  void a_field_that_was_not_sent_differs_from_any_that_was() {
    Call sparse = Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1));
    List<Call> more =
        List.of(
            sparse,
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).model("m"),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).batch(),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).prompt("p"),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).result("p"),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).cost("0"),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).at("2026-11-12T09:00:00Z"),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).hold("m"),
            Call.named("e").tokens(new Tokens(1, 2, 3, 4, 5, 1)).hold("-"));

    assertThat(more.stream().map(call -> call.event().fingerprint())).doesNotHaveDuplicates();
  }

  @Test
  void the_same_content_has_the_same_fingerprint() {
    assertThat(full().event().fingerprint()).isEqualTo(full().event().fingerprint());
  }

  @Test
  void a_number_written_otherwise_is_the_same_content() {
    Hash half = full().cost("0.5").event().fingerprint();

    assertThat(full().cost("0.50").event().fingerprint()).isEqualTo(half);
    assertThat(full().cost("5e-1").event().fingerprint()).isEqualTo(half);
    assertThat(full().cost("1e0").event().fingerprint())
        .isEqualTo(full().cost("1").event().fingerprint());
    assertThat(full().cost("100").event().fingerprint())
        .isEqualTo(full().cost("1E+2").event().fingerprint());
  }

  @Test
  void a_moment_written_otherwise_is_the_same_content() {
    assertThat(full().at("2026-11-12T09:00:00.000Z").event().fingerprint())
        .isEqualTo(full().event().fingerprint());
    assertThat(full().at("2026-11-12T10:00:00+01:00").event().fingerprint())
        .isEqualTo(full().event().fingerprint());
  }

  @Test
  void the_order_of_tags_is_no_content() {
    Map<String, String> ab = new LinkedHashMap<>();
    ab.put("a", "1");
    ab.put("b", "2");
    Map<String, String> ba = new LinkedHashMap<>();
    ba.put("b", "2");
    ba.put("a", "1");

    assertThat(full().tags(ab).event().fingerprint())
        .isEqualTo(full().tags(ba).event().fingerprint());
  }

  @Test
  void text_cannot_pretend_to_be_two_fields() {
    Hash pairs = full().tags(Map.of("a", "b", "c", "d")).event().fingerprint();

    assertThat(full().tags(Map.of("a", "b;c;d")).event().fingerprint()).isNotEqualTo(pairs);
    assertThat(full().tags(Map.of("a", "b;1:c;1:d")).event().fingerprint()).isNotEqualTo(pairs);
  }

  /** Fingerprints are stored: another one for the same event would make a conflict of a retry. */
  @Test
  void it_is_the_same_in_every_process_and_every_release() {
    Map<String, String> tags =
        Map.of("a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6", "g", "7", "h", "8");

    assertThat(full().tags(tags).event().fingerprint())
        .isEqualTo(new Hash(4365588149332544947L, -6735146043403699970L));
    assertThat(Call.named("e").event().fingerprint())
        .isEqualTo(new Hash(2842806244327575859L, 3810570801916752614L));
  }

  @Test
  void it_is_the_start_of_a_sha_256_and_survives_its_16_bytes() {
    Hash hash = Hash.of("abc");

    assertThat(hash.toBytes()).hasSize(Hash.BYTES);
    assertThat(Hash.fromBytes(hash.toBytes())).isEqualTo(hash);
    assertThat(Long.toHexString(hash.high())).isEqualTo("ba7816bf8f01cfea");
    assertThat(Long.toHexString(hash.low())).isEqualTo("414140de5dae2223");
  }
}
