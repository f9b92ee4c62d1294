package dev.peras.engine.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPatternTest {
  @ParameterizedTest
  @CsvSource({
    "m-{date}, m-2025-08-07, true",
    "m-{date}, m-20250807, true",
    "m-{date}, m-2025-13-07, false",
    "m-{date}, m-20250832, false",
    "m-{date}, m-2025-0807, false",
    "m-{date}, xm-20250807, false",
    "m-{date}, m-20250807-v1, false",
    "m.{date}, mx20250807, false",
    "m-v{n}:{n}, m-v1:0, true",
    "m-v{n}:{n}, m-v1:, false",
    "m-v{n}:{n}, m-v1:0123456789, false",
    "ft:m:*, ft:m:a/b::c, true",
    "ft:m:*, ft:m:, false",
    "ft:m-{date}:*, ft:m-2024-08-06:acme, true",
    "ft:m-{date}:*, ft:m-mini-2024-08-06:acme, false",
  })
  void matches_a_whole_name_and_nothing_longer(String pattern, String name, boolean matches) {
    assertThat(ModelPattern.of(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, must start with text",
    "{date}-m, must start with text",
    "*, must start with text",
    "m-*-x, has a * before its end",
    "m-{day}, holds {day}; known are {date}",
  })
  void refuses_what_it_does_not_know(String pattern, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelPattern.of(pattern))
        .withMessageContaining("'" + pattern + "'")
        .withMessageContaining(why);
  }
}
