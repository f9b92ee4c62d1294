package dev.peras.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Records over HTTP on a local runner of its own, as so many agents at once: one event a request,
 * each agent in a session of its own and waiting for each answer.
 */
public final class BenchLoad {
  private static final int[] CLIENTS = {1, 8, 32};
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration RUN = Duration.ofSeconds(20);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int CUSTOMERS = 8;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  private BenchLoad(URI base) {
    this.base = base;
  }

  /**
   * Runs it.
   *
   * @param args the class path of the local runner
   */
  public static void main(String[] args) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process runner = start(args[0], port);
    boolean isRight;
    try {
      isRight = new BenchLoad(URI.create("http://localhost:" + port)).run();
    } finally {
      runner.destroy();
    }
    System.exit(isRight ? 0 : 1);
  }

  private static Process start(String classPath, int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Dperas.stop-with-parent=true",
            "-cp",
            classPath,
            "dev.peras.local.LocalRunner");
    builder.environment().putAll(Map.of("PORT", Integer.toString(port), "DATA_DIR", "memory"));
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  private boolean run() throws Exception {
    awaitStart();
    System.out.printf(
        "%nRecording over HTTP on a local runner: one event a request, %d s for each row.%n",
        RUN.toSeconds());
    load("warm-up", 8, WARM_UP);
    List<Result> results = new ArrayList<>();
    for (int clients : CLIENTS) {
      System.out.printf("  %d at once%n", clients);
      results.add(load("load", clients, RUN));
    }
    System.out.printf(
        "%n%10s %10s %10s %9s %9s %8s  %s%n",
        "clients", "records", "records/s", "p50 ms", "p99 ms", "errors", "all there");
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
  private record Result(int clients, long[] nanos, int errors, double seconds, boolean isAllThere) {
    void print() {
      System.out.printf(
          Locale.ROOT,
          "%10d %,10d %,10.0f %9.1f %9.1f %8d  %s%n",
          clients,
          nanos.length,
          nanos.length / seconds,
          millisAt(0.5),
          millisAt(0.99),
          errors,
          isAllThere ? "yes" : "NO");
    }

    private double millisAt(double share) {
      return nanos[(int) (nanos.length * share)] / 1e6;
    }
  }

  private record Client(String session, List<Long> nanos, int errors) {}

  private Result load(String name, int clients, Duration duration) throws Exception {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<Future<Client>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        String session = "%s-%d-%d".formatted(name, clients, i);
        String customer = "customer-" + i % CUSTOMERS;
        futures.add(threads.submit(() -> record(session, customer, end)));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
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
    return new Result(clients, sorted, errors, seconds, isAllThere);
  }

  private Client record(String session, String customer, long end) throws Exception {
    send(
        "POST",
        "/v1/sessions",
        "{\"session_id\": \"%s\", \"customer_id\": \"%s\", \"model\": \"gpt-5-mini\"}"
            .formatted(session, customer));
    List<Long> nanos = new ArrayList<>();
    int errors = 0;
    while (System.nanoTime() < end) {
      String event =
          "{\"event_id\": \"%d\", \"input_tokens\": 1200, \"output_tokens\": 80}"
              .formatted(nanos.size() + errors);
      long sent = System.nanoTime();
      int status = send("POST", "/v1/sessions/" + session + "/usage", event).statusCode();
      if (status == 200) {
        nanos.add(System.nanoTime() - sent);
      } else {
        errors++;
      }
    }
    return new Client(session, nanos, errors);
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
