package dev.peras.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Records over HTTP on a local runner of its own, as so many agents at once: one event a request,
 * each agent in a session of its own and waiting for each answer. Then holds and records the same
 * way, two requests a cycle. Data is on disk unless {@code DATA_DIR=memory} is set.
 */
public final class BenchLoad {
  private static final int[] CLIENTS = {1, 8, 32};
  private static final int[] CYCLE_CLIENTS = {1, 10, 50};
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration RUN = Duration.ofSeconds(20);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int CUSTOMERS = 8;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process runner;
  private final URI base;

  private BenchLoad(Process runner, URI base) {
    this.runner = runner;
    this.base = base;
  }

  /**
   * Runs it.
   *
   * @param args the class path of the local runner, and flags for its JVM
   */
  public static void main(String[] args) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path data = Files.createTempDirectory("peras-bench");
    Process runner = start(List.of(args), port, data);
    boolean isRight;
    try {
      isRight = new BenchLoad(runner, URI.create("http://localhost:" + port)).run();
    } finally {
      runner.destroy();
      runner.onExit().join();
      delete(data);
    }
    System.exit(isRight ? 0 : 1);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static Process start(List<String> args, int port, Path data) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dperas.stop-with-parent=true",
                "-cp",
                args.getFirst()));
    command.addAll(args.subList(1, args.size()));
    command.add("dev.peras.local.LocalRunner");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().putIfAbsent("DATA_DIR", data.toString());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  private boolean run() throws Exception {
    awaitStart();
    System.out.printf(
        "%nRecording over HTTP on a local runner (%s): one event a request, %d s for each row.%n",
        "memory".equals(System.getenv("DATA_DIR")) ? "in memory" : "on disk", RUN.toSeconds());
    load("warm-up", 8, false, WARM_UP);
    List<Result> results = new ArrayList<>();
    for (int clients : CLIENTS) {
      System.out.printf("  %d at once%n", clients);
      results.add(load("record", clients, false, RUN));
    }
    for (int clients : CYCLE_CLIENTS) {
      System.out.printf("  %d at once, holding first%n", clients);
      results.add(load("hold + record", clients, true, RUN));
    }
    System.out.printf(
        "%n%-14s %8s %10s %10s %9s %9s %12s %8s  %s%n",
        "",
        "clients",
        "cycles",
        "cycles/s",
        "p50 ms",
        "p99 ms",
        "runner's CPU",
        "errors",
        "all there");
    results.forEach(Result::print);
    return results.stream().allMatch(result -> result.errors() == 0 && result.isAllThere());
  }

  private void awaitStart() throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        if (send("GET", "/v1/prices", "").statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("the runner does not start", e);
        }
        Thread.sleep(100);
      }
    }
  }

  /** What came of one load. */
  @SuppressWarnings("ArrayRecordComponent") // printed, never compared
  private record Result(
      String name,
      int clients,
      long[] nanos,
      int errors,
      double seconds,
      Duration cpu,
      boolean isAllThere) {
    void print() {
      System.out.printf(
          Locale.ROOT,
          "%-14s %8d %,10d %,10.0f %9.1f %9.1f %9.2f ms %8d  %s%n",
          name,
          clients,
          nanos.length,
          nanos.length / seconds,
          millisAt(0.5),
          millisAt(0.99),
          cpu.toNanos() / 1e6 / nanos.length,
          errors,
          isAllThere ? "yes" : "NO");
    }

    private double millisAt(double share) {
      return nanos[(int) (nanos.length * share)] / 1e6;
    }
  }

  private record Client(String session, List<Long> nanos, int errors) {}

  private Duration cpu() {
    return runner.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private Result load(String name, int clients, boolean holds, Duration duration) throws Exception {
    Duration cpuBefore = cpu();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<Future<Client>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        String session = "%s-%d-%d".formatted(holds ? "hold" : name, clients, i);
        String customer = "customer-" + i % CUSTOMERS;
        futures.add(threads.submit(() -> record(session, customer, holds, end)));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Duration cpu = cpu().minus(cpuBefore);
    List<Long> nanos = new ArrayList<>();
    int errors = 0;
    boolean isAllThere = true;
    for (Future<Client> future : futures) {
      Client client = future.get();
      nanos.addAll(client.nanos());
      errors += client.errors();
      String state = send("GET", "/v1/sessions/" + client.session(), "").body();
      isAllThere &= state.contains("\"steps\":" + client.nanos().size() + ",");
    }
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Result(name, clients, sorted, errors, seconds, cpu, isAllThere);
  }

  private Client record(String session, String customer, boolean holds, long end) throws Exception {
    send(
        "POST",
        "/v1/sessions",
        "{\"session_id\": \"%s\", \"customer_id\": \"%s\", \"model\": \"gpt-5-mini\"}"
            .formatted(session, customer));
    List<Long> nanos = new ArrayList<>();
    int errors = 0;
    while (System.nanoTime() < end) {
      int number = nanos.size() + errors;
      long sent = System.nanoTime();
      boolean isHeld =
          !holds
              || isFine(
                  send(
                      "POST",
                      "/v1/sessions/" + session + "/holds",
                      "{\"hold_id\": \"h%d\", \"amount\": 0.01}".formatted(number)));
      String event =
          "{\"event_id\": \"%d\", \"input_tokens\": 1200, \"output_tokens\": 80%s}"
              .formatted(number, holds ? ", \"hold_id\": \"h%d\"".formatted(number) : "");
      if (isHeld && isFine(send("POST", "/v1/sessions/" + session + "/usage", event))) {
        nanos.add(System.nanoTime() - sent);
      } else {
        errors++;
      }
    }
    return new Client(session, nanos, errors);
  }

  private static boolean isFine(HttpResponse<String> response) {
    return response.statusCode() < 300;
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
