package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code make run} in a process of its own. */
final class RunnerProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("Peras listens on (http://\\S+)");

  private final Process process;
  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private final URI base;
  private final Duration start;

  /** Starts one and waits until it listens. */
  RunnerProcess(Path data) throws IOException {
    long begin = System.nanoTime();
    process = launch(data.toString());
    base = listening(process.inputReader());
    start = Duration.ofNanos(System.nanoTime() - begin);
  }

  /** What one says that has to end by itself, with exit code 1. */
  static String refusal(Path data) throws IOException, InterruptedException {
    Process process = launch(data.toString());
    String said = process.inputReader().lines().collect(Collectors.joining("\n"));
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(1);
    return said;
  }

  private static Process launch(String data) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dperas.stop-with-parent=true",
            "-cp",
            System.getProperty("java.class.path"),
            LocalRunner.class.getName());
    builder.environment().put("PORT", "0");
    builder.environment().put("DATA_DIR", data);
    builder.redirectErrorStream(true);
    return builder.start();
  }

  private URI listening(BufferedReader output) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line);
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        // Read on, or the runner would wait for room to write.
        Thread.ofVirtual().start(() -> readOn(output));
        return URI.create(listens.group(1));
      }
    }
    throw new IllegalStateException("The runner ended:\n" + said());
  }

  private void readOn(BufferedReader output) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.add(line);
      }
    } catch (IOException e) {
      // It ended.
    }
  }

  URI base() {
    return base;
  }

  /** How long it took from its launch until it listened. */
  Duration start() {
    return start;
  }

  String said() {
    return String.join("\n", List.copyOf(said));
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits until it ended by itself. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
