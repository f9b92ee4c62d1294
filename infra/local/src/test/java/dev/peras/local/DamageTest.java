package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data that cannot be used is said in a sentence, and a full disk costs nothing that was answered.
 */
class DamageTest {
  @TempDir private Path data;

  private Path database() {
    return data.resolve("peras.db");
  }

  private static void start(Client client) {
    client.put("/v1/prices/plain", "{\"input\": 1, \"output\": 2}");
    assertThat(
            client.post("/v1/sessions", "{\"session_id\": \"s\", \"model\": \"plain\"}").status())
        .isEqualTo(201);
  }

  private static int record(Client client, int number) {
    String event =
        "{\"event_id\": \"e%d\", \"input_tokens\": 1, \"output_tokens\": 1}".formatted(number);
    return client.post("/v1/sessions/s/usage", event).status();
  }

  /** Some data, of a runner that was stopped or killed. */
  private void write(boolean isKilled) throws Exception {
    try (var runner = new RunnerProcess(data);
        var client = new Client(runner.base())) {
      start(client);
      for (int i = 0; i < 50; i++) {
        assertThat(record(client, i)).isEqualTo(200);
      }
      if (isKilled) {
        runner.kill();
      }
    }
  }

  private static void overwrite(Path file, long at, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("?".repeat(bytes).getBytes(UTF_8)), at);
    }
  }

  private void assertRefused(String... parts) throws Exception {
    String said = RunnerProcess.refusal(data);
    assertThat(said).startsWith("Peras did not start. ").contains(parts).doesNotContain("\tat ");
  }

  @Test
  void a_damaged_header_middle_and_end_are_each_said() throws Exception {
    write(false);
    byte[] whole = Files.readAllBytes(database());
    for (long at : new long[] {0, 16, whole.length / 3, whole.length / 2, whole.length - 900}) {
      Files.write(database(), whole);
      overwrite(database(), at, 64);
      assertRefused(database().toString(), "move the directory away");
    }
    Files.write(database(), java.util.Arrays.copyOf(whole, whole.length - 5_000));
    assertRefused("peras.db is damaged");
    Files.write(database(), new byte[0]);
    assertRefused("peras.db is damaged (it is empty)");
    Files.delete(database());
    assertRefused("peras.db is missing");
    Files.write(database(), whole);
    new RunnerProcess(data).close();
  }

  @Test
  void a_log_that_is_gone_or_damaged_is_said() throws Exception {
    write(true);
    Path log = data.resolve("peras.db-wal");
    byte[] whole = Files.readAllBytes(log);
    overwrite(log, whole.length / 2, 64);
    assertRefused("acknowledged", "peras.db-wal is damaged or gone");
    Files.deleteIfExists(log);
    assertRefused("acknowledged", "peras.db-wal is damaged or gone");
  }

  @Test
  void a_file_of_another_program_is_said() throws Exception {
    Files.writeString(database(), "a diary");
    assertRefused("peras.db");
    Files.delete(database());
    try (var other = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database());
        var statement = other.createStatement()) {
      statement.execute("CREATE TABLE diary (entry TEXT)");
    }
    assertRefused("is not a database of Peras");
  }

  @Test
  void data_of_0_1_0_is_refused_with_what_to_do() throws Exception {
    Files.writeString(data.resolve("shared-local-instance.db"), "SQLite format 3\0...");
    assertRefused("holds data of Peras 0.1.0", "move this one away");
  }

  @Test
  void damage_that_comes_while_it_runs_ends_the_runner() throws Exception {
    write(false);
    try (var runner = new RunnerProcess(data);
        var client = new Client(runner.base())) {
      long size = Files.size(database());
      overwrite(database(), 8_192, (int) size - 8_192);
      try {
        client.get("/v1/sessions/s");
        client.get("/v1/sessions/s/usage");
      } catch (RuntimeException e) {
        // It ends as soon as it notices.
      }
      assertThat(runner.exitCode()).isEqualTo(1);
      assertThat(runner.said()).contains("Peras stops. ", "is damaged");
    }
  }

  @Test
  void a_second_runner_is_sent_away() throws Exception {
    RunnerProcess first = new RunnerProcess(data);
    try (first) {
      assertRefused("in use by another runner");
    }
  }

  @Test
  void a_directory_that_cannot_be_written_is_said() throws Exception {
    mount("ro");
    try {
      assertRefused("cannot be used", "can be written");
    } finally {
      run("umount", data.toString());
    }
  }

  @Test
  void a_full_disk_is_a_503_and_loses_nothing() throws Exception {
    mount("size=2m");
    try {
      int recorded = 0;
      try (var runner = new RunnerProcess(data);
          var client = new Client(runner.base())) {
        start(client);
        int status = record(client, 0);
        while (status == 200) {
          status = record(client, ++recorded);
        }
        assertThat(status).as(runner.said()).isEqualTo(503);
        assertThat(steps(client)).isEqualTo(recorded);
        assertThat(runner.said()).contains("Nothing can be recorded: ");
        run("mount", "-o", "remount,size=30m", data.toString());
        assertThat(record(client, recorded++)).isEqualTo(200);
        assertThat(runner.said()).contains("Recording works again.");
        runner.kill();
      }
      try (var runner = new RunnerProcess(data);
          var client = new Client(runner.base())) {
        assertThat(steps(client)).isEqualTo(recorded);
      }
    } finally {
      run("umount", data.toString());
    }
  }

  private static int steps(Client client) {
    return client.get("/v1/sessions/s").json().path("steps").intValue();
  }

  private void mount(String options) throws Exception {
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", data.toString()) == 0,
        "only root on Linux can make a small disk");
  }

  private static int run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      return 1;
    }
  }
}
