package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class StreamFilterTest {
  private static JsonNode json(String text) {
    return Client.parse(text.replace('\'', '"'));
  }

  private static boolean passes(String eventName, String sk) {
    JsonNode pattern = Template.load().streams().getFirst().pattern();
    return StreamFilter.matches(
        pattern,
        json(
            "{'eventName':'%s','dynamodb':{'Keys':{'pk':{'S':'ALERT#a'},'sk':{'S':'%s'}}}}"
                .formatted(eventName, sk)));
  }

  @Test
  void the_templates_filter_lets_new_alerts_through_and_nothing_else() {
    assertThat(passes("INSERT", "ALERT")).isTrue();
    assertThat(passes("MODIFY", "ALERT")).isFalse();
    assertThat(passes("REMOVE", "ALERT")).isFalse();
    assertThat(passes("INSERT", "DELIVERY#w")).isFalse();
    assertThat(passes("INSERT", "SESSION")).isFalse();
  }

  @Test
  void a_field_that_is_missing_does_not_match() {
    assertThat(StreamFilter.matches(json("{'a':{'b':['x']}}"), json("{'a':{}}"))).isFalse();
    assertThat(StreamFilter.matches(json("{'a':{'b':['x']}}"), json("{}"))).isFalse();
    assertThat(StreamFilter.matches(json("{'a':['x','y']}"), json("{'a':'y','c':1}"))).isTrue();
  }

  @Test
  void a_filter_that_is_not_known_here_is_said_so() {
    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() -> StreamFilter.matches(json("{'a':'x'}"), json("{'a':'x'}")))
        .withMessageContaining("filter");
  }
}
