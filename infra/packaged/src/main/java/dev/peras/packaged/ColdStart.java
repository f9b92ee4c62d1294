package dev.peras.packaged;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.local.LocalPeras;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How fast each packaged function starts and answers, beside a handler without a framework: the
 * command behind {@code make bench-cold}.
 *
 * <p>A repetition starts the plain handler and a function, one after the other, and then calls both
 * in turn, so that whatever else the machine does meets both. Each call is one that changes
 * something where the function has such a call, on a session of its own.
 */
final class ColdStart {
  /** Fewer would make the 99th percentile the slowest call of all. */
  private static final int WARM_CALLS = Integer.getInteger("calls", 300);

  private static final int REPETITIONS = Integer.getInteger("repetitions", 5);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SAMPLE_SESSION = "session-1";

  /** One function's figures; times are in nanoseconds. */
  private static final class Figures {
    final List<Long> starts = new ArrayList<>();
    final List<Long> firsts = new ArrayList<>();
    final List<Long> warms = new ArrayList<>();
  }

  private record Subject(String name, Deployment.Function function, Path folder, String event) {}

  private final Deployment deployment = Deployment.read();
  private final Map<String, String> database;
  private int calls;

  private ColdStart(LocalPeras peras) {
    database = new LinkedHashMap<>();
    database.putAll(RunningFunctions.database(peras.databaseUri(), peras.tableName()));
    database.put("AWS_ENDPOINT_URL_DYNAMODB", peras.databaseUri().toString());
    String flags = System.getProperty("flags");
    if (flags != null) {
      database.put("JAVA_TOOL_OPTIONS", flags);
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("peras-cold-start");
    try (LocalPeras peras = LocalPeras.start(Map.of("DEFAULT_MONTHLY_CAP", "none"))) {
      new ColdStart(peras).run(peras.baseUri(), folder);
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  private void run(URI baseUri, Path folder) throws IOException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        """
        Each function beside a plain handler, %d starts and %d warm calls each, on DynamoDB Local.
        Java %s, %d processors, flags %s
        start: from the start of the process to its first request for an event, priming included.
        first: the first call after that. Times in ms; medians but for p99.

        %-22s %5s | %5s %5s %5s | %5s %5s | %5s %5s %5s | %5s %5s %5s%n\
        """,
        REPETITIONS,
        REPETITIONS * WARM_CALLS,
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors(),
        database.getOrDefault(
            "JAVA_TOOL_OPTIONS",
            deployment.functions().getFirst().environment().get("JAVA_TOOL_OPTIONS")),
        "function",
        "MB",
        "start",
        "plain",
        "ratio",
        "first",
        "/warm",
        "p50",
        "plain",
        "ratio",
        "p99",
        "plain",
        "ratio");
    for (Deployment.Function function : deployment.functions()) {
      Subject subject = subject(function, Zips.unpack(function, folder));
      prepare(baseUri, subject);
      Figures own = new Figures();
      Figures plain = new Figures();
      Subject beside = plain(function, subject);
      for (int i = 0; i < REPETITIONS; i++) {
        repeat(subject, own, beside, plain);
      }
      print(function, own, plain);
    }
  }

  private void repeat(Subject subject, Figures own, Subject beside, Figures plain) {
    try (FunctionProcess a = started(beside, plain);
        FunctionProcess b = started(subject, own)) {
      plain.firsts.add(call(a, beside));
      own.firsts.add(call(b, subject));
      for (int i = 0; i < WARM_CALLS; i++) {
        plain.warms.add(call(a, beside));
        own.warms.add(call(b, subject));
      }
    }
  }

  private FunctionProcess started(Subject subject, Figures figures) {
    FunctionProcess process = new FunctionProcess(subject.function(), subject.folder(), database);
    process.restore();
    figures.starts.add(process.awaitReady());
    return process;
  }

  /** Calls with new ids, so that nothing counts as sent before. */
  private long call(FunctionProcess process, Subject subject) {
    RuntimeApi.Answer answer = process.invoke(numbered(subject.event(), ++calls));
    JsonNode payload = parse(answer.payload());
    if (answer.isError() || payload.path("statusCode").asInt(200) >= 300) {
      throw new IllegalStateException(subject.name() + " answered " + payload);
    }
    return answer.nanos();
  }

  private static String numbered(String event, int number) {
    ObjectNode json = (ObjectNode) parse(event);
    if (json.has("body")) {
      String body = json.path("body").asText();
      json.put("body", body.replaceAll("(\"(?:event|session)_id\": *\"[^\"]*)", "$1-" + number));
    }
    return json.toString();
  }

  private Subject subject(Deployment.Function function, Path folder) {
    Deployment.Trigger trigger =
        function.triggers().stream()
            .filter(t -> t.name().equals("Read"))
            .findFirst()
            .orElse(function.triggers().getFirst());
    return new Subject(
        function.name(),
        function,
        folder,
        trigger.event().replace(SAMPLE_SESSION, function.name()));
  }

  /** The plain handler reads or writes, like the function; on a schedule it reads. */
  private Subject plain(Deployment.Function function, Subject subject) {
    JsonNode event = parse(subject.event());
    boolean writes = event.path("body").asText().length() > 0;
    Deployment.Trigger like =
        deployment.triggers().stream()
            .filter(t ->
                t.toString()
                    .equals(writes ? "RecordUsageFunction Record" : "ReadSessionsFunction Read"))
            .findFirst()
            .orElseThrow();
    Deployment.Function plain =
        new Deployment.Function(
            "PlainHandler",
            deployment.root().resolve("infra/plain-handler/target/function"),
            function.runtime(),
            "dev.peras.plain.PlainHandler::handleRequest",
            function.memoryMegabytes(),
            function.timeout(),
            function.snapStart(),
            function.environment(),
            List.of());
    return new Subject(
        plain.name(),
        plain,
        plain.zip(),
        like.event().replace(SAMPLE_SESSION, "plain-" + function.name()));
  }

  /** A price, as in the samples, and a session to work on. */
  private static void prepare(URI baseUri, Subject subject)
      throws IOException, InterruptedException {
    String session = "/v1/sessions/" + subject.name();
    send(baseUri, "PUT", "/v1/prices/acme/own-model", "{'input': 1.5, 'output': 6}");
    send(
        baseUri,
        "POST",
        "/v1/sessions",
        "{'session_id': '%s', 'model': 'acme/own-model'}".formatted(subject.name()));
    send(
        baseUri,
        "POST",
        session + "/usage",
        "{'event_id': 'e', 'input_tokens': 100, 'output_tokens': 10}");
  }

  private static void send(URI baseUri, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(baseUri.resolve(path))
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(response.body());
      }
    }
  }

  private static void print(Deployment.Function function, Figures own, Figures plain) {
    double start = median(own.starts);
    double first = median(own.firsts);
    System.out.printf(
        Locale.ROOT,
        "%-22s %5.1f | %5.0f %5.0f %5.2f | %5.1f %5.2f | %5.1f %5.1f %5.2f | %5.1f %5.1f %5.2f%n",
        function.name(),
        function.zip().toFile().length() / 1e6,
        start,
        median(plain.starts),
        start / median(plain.starts),
        first,
        first / median(own.warms),
        median(own.warms),
        median(plain.warms),
        median(own.warms) / median(plain.warms),
        percentile(own.warms, 99),
        percentile(plain.warms, 99),
        percentile(own.warms, 99) / percentile(plain.warms, 99));
  }

  private static double median(List<Long> nanos) {
    return percentile(nanos, 50);
  }

  /** In milliseconds. */
  private static double percentile(List<Long> nanos, int percent) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + json, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
