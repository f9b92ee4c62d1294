package dev.peras.local;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stands in for EventBridge Scheduler: calls functions every so often. It goes by real time,
 * however the clock is set; whoever moves the clock can invoke the function right after.
 */
final class Timer implements AutoCloseable {
  private final ScheduledExecutorService executor;
  private final Consumer<String> log;

  Timer(
      List<Template.Schedule> schedules,
      Map<String, LocalFunction> functions,
      Consumer<String> log) {
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("timer").factory());
    this.log = log;
    for (Template.Schedule schedule : schedules) {
      LocalFunction function = Objects.requireNonNull(functions.get(schedule.function()));
      long millis = schedule.every().toMillis();
      var unused =
          executor.scheduleWithFixedDelay(
              () -> call(function), millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void call(LocalFunction function) {
    String result;
    try {
      result = function.invokeJson("{}");
    } catch (Problem | RuntimeException | LinkageError e) {
      // The next call comes all the same, as on AWS.
      e.printStackTrace();
      result = "failed: " + e;
    }
    log.accept(
        "%s %s %s"
            .formatted(
                LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
                function.name(),
                result));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
