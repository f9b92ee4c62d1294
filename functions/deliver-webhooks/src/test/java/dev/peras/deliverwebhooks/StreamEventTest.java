package dev.peras.deliverwebhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamEventTest {
  private static Map<String, Object> entry(String pk, String sk) {
    return Map.of(
        "eventName",
        "INSERT",
        "dynamodb",
        Map.of("Keys", Map.of("pk", Map.of("S", pk), "sk", Map.of("S", sk))));
  }

  @Test
  void takes_the_alerts_and_nothing_else() {
    Map<String, Object> event =
        Map.of(
            "Records",
            List.of(
                entry("ALERT#a", "ALERT"),
                entry("ALERT#a", "DELIVERY#w"),
                entry("SESSION#s", "SESSION"),
                entry("ALERT#b", "ALERT")));
    assertThat(StreamEvent.alertIds(event)).containsExactly("a", "b");
  }

  @Test
  void what_is_no_stream_event_has_none() {
    assertThat(StreamEvent.alertIds(null)).isEmpty();
    assertThat(StreamEvent.alertIds(Map.of())).isEmpty();
    assertThat(StreamEvent.alertIds(Map.of("Records", "x"))).isEmpty();
    assertThat(StreamEvent.alertIds(Map.of("Records", List.of("x", Map.of("dynamodb", 1)))))
        .isEmpty();
    assertThat(StreamEvent.alertIds(Map.of("source", "aws.scheduler"))).isEmpty();
  }
}
