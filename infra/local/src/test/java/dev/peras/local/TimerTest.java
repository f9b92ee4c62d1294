package dev.peras.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimerTest {
  private final BlockingQueue<Object> events = new ArrayBlockingQueue<>(10);
  private final BlockingQueue<String> log = new ArrayBlockingQueue<>(10);

  @Test
  void calls_again_and_again_also_after_a_failure() throws Exception {
    RequestHandler<Object, @Nullable Object> handler =
        (event, context) -> {
          if (!events.offer(event) || events.size() == 1) {
            throw new IllegalStateException("the first one fails");
          }
          return Map.of("done", true);
        };
    var function =
        new LocalFunction(
            new Template.Function("F", "f", Duration.ofSeconds(1), Map.of(), List.of()),
            handler,
            Map.class);
    var schedule = new Template.Schedule("F", Duration.ofMillis(20));

    var timer = new Timer(List.of(schedule), Map.of("F", function), log::offer);
    try {
      assertThat(log.poll(10, SECONDS)).contains("F failed: ", "the first one fails");
      assertThat(log.poll(10, SECONDS)).endsWith("F {\"done\":true}");
      assertThat(events).first().isEqualTo(Map.of());
    } finally {
      timer.close();
    }
  }
}
