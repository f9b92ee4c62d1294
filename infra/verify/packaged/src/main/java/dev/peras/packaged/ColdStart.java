package dev.peras.packaged;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.local.LocalPeras;
import dev.peras.table.DynamoDbTable;
import dev.peras.testing.DynamoDbEmulator;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  /** The plain handler does not practise: it, too, shall be compiled before warm calls count. */
  private static final int UNCOUNTED_CALLS = 200;

  private static final int REPETITIONS = Integer.getInteger("repetitions", 5);
  private static final String ONLY = System.getProperty("function", "");
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SESSIONS = "/v1/sessions";
  private static final String END = "/end";
  private static final String SAMPLE_SESSION = "session-1";
  private static final String SAMPLE_CUSTOMER = "/customers/acme";

  /** One function's figures; times are in nanoseconds. */
  private static final class Figures {
    final List<Long> starts = new ArrayList<>();
    final List<Long> snapshots = new ArrayList<>();
    final List<Long> firsts = new ArrayList<>();
    final List<Long> warms = new ArrayList<>();
  }

  private record Subject(String name, Deployment.Function function, Path folder, String event) {}

  private final Deployment deployment = Deployment.read();
  private final URI baseUri;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> database;
  private int calls;

  private ColdStart(LocalPeras peras, URI dynamoDb, String table) {
    baseUri = peras.baseUri();
    database = new LinkedHashMap<>();
    database.putAll(RunningFunctions.database(dynamoDb, table));
    database.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.toString());
    String flags = System.getProperty("flags");
    if (flags != null) {
      database.put("JAVA_TOOL_OPTIONS", flags);
    }
  }

  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("peras-cold-start");
    DynamoDbEmulator emulator = DynamoDbEmulator.shared();
    String table = emulator.newTable();
    try (LocalPeras peras =
        LocalPeras.over(
            new DynamoDbTable(emulator.client(), table), Map.of("DEFAULT_MONTHLY_CAP", "none"))) {
      new ColdStart(peras, emulator.endpoint(), table).run(folder);
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  private void run(Path folder) throws IOException {
    System.out.printf(
        Locale.ROOT,
        """
        Each function beside a plain handler, %d starts and %d warm calls each, on %s.
        Java %s, %d processors, flags %s
        start: from the start of the process to its first request for an event, as without SnapStart.
        snapshot: the same with priming, up to the point of the snapshot; no request waits for it.
        first: the first call of a process that goes on from there. Times in ms; medians but for p99.

        %-22s %5s | %5s %5s %5s | %8s %5s | %5s %5s %5s | %5s %5s %5s | %5s %5s %5s%n\
        """,
        REPETITIONS,
        REPETITIONS * WARM_CALLS,
        DynamoDbEmulator.isMoto() ? "moto" : "the DynamoDB that was named",
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
        "snapshot",
        "plain",
        "first",
        "plain",
        "/warm",
        "p50",
        "plain",
        "ratio",
        "p99",
        "plain",
        "ratio");
    for (Deployment.Function function : functions()) {
      Subject subject = subject(function, Zips.unpack(function, folder));
      prepare(subject);
      Figures own = new Figures();
      Figures plain = new Figures();
      Subject beside = plain(function, subject);
      for (int i = 0; i < REPETITIONS; i++) {
        repeat(subject, own, beside, plain);
      }
      print(function, own, plain);
    }
  }

  private List<Deployment.Function> functions() {
    List<Deployment.Function> chosen =
        deployment.functions().stream().filter(f -> f.name().startsWith(ONLY)).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("no function's name starts with " + ONLY);
    }
    return chosen;
  }

  private void repeat(Subject subject, Figures own, Subject beside, Figures plain) {
    start(beside, plain);
    start(subject, own);
    try (FunctionProcess a = restored(beside, plain);
        FunctionProcess b = restored(subject, own)) {
      plain.firsts.add(call(a, beside));
      own.firsts.add(call(b, subject));
      for (int i = 0; i < UNCOUNTED_CALLS; i++) {
        long unused = call(a, beside) + call(b, subject);
      }
      for (int i = 0; i < WARM_CALLS; i++) {
        plain.warms.add(call(a, beside));
        own.warms.add(call(b, subject));
      }
    }
  }

  /** As without SnapStart: nothing is primed. */
  private void start(Subject subject, Figures figures) {
    Map<String, String> environment = new LinkedHashMap<>(database);
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    try (FunctionProcess process =
        new FunctionProcess(subject.function(), subject.folder(), environment)) {
      figures.starts.add(process.awaitReady());
    }
  }

  private FunctionProcess restored(Subject subject, Figures figures) {
    FunctionProcess process = new FunctionProcess(subject.function(), subject.folder(), database);
    figures.snapshots.add(process.awaitFrozen());
    process.restore();
    long unused = process.awaitReady();
    return process;
  }

  /** Calls with new ids, so that nothing counts as sent before. */
  private long call(FunctionProcess process, Subject subject) {
    String event = numbered(subject, ++calls);
    RuntimeApi.Answer answer = process.invoke(event);
    JsonNode payload = parse(answer.payload());
    if (answer.isError() || payload.path("statusCode").asInt(200) >= 300) {
      throw new IllegalStateException(subject.name() + " answered " + payload);
    }
    return answer.nanos();
  }

  private String numbered(Subject subject, int number) {
    ObjectNode json = (ObjectNode) parse(subject.event());
    if (json.has("body")) {
      String body = json.path("body").asText();
      json.put("body", body.replaceAll("(\"(?:event|session)_id\": *\"[^\"]*)", "$1-" + number));
    } else if (json.path("rawPath").asText().endsWith(END)) {
      String session = subject.name() + "-" + number;
      startSession(session);
      json.put("rawPath", SESSIONS + "/" + session + END);
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
        trigger
            .event()
            .replace(SAMPLE_SESSION, function.name())
            .replace(SAMPLE_CUSTOMER, "/customers/" + function.name()));
  }

  /** The plain handler reads or writes, like the function; on a schedule it reads. */
  private Subject plain(Deployment.Function function, Subject subject) {
    JsonNode event = parse(subject.event());
    String method = event.at("/requestContext/http/method").asText("GET");
    Deployment.Trigger like =
        deployment.triggers().stream()
            .filter(t ->
                t.toString()
                    .equals(
                        method.equals("GET")
                            ? "ReadSessionsFunction GetSession"
                            : "RecordUsageFunction RecordUsage"))
            .findFirst()
            .orElseThrow();
    Deployment.Function plain =
        new Deployment.Function(
            "PlainHandler",
            deployment.root().resolve("infra/verify/plain-handler/target/function"),
            "dev.peras.plain.PlainHandler::handleRequest",
            function.machine(),
            function.environment(),
            List.of());
    return new Subject(
        plain.name(),
        plain,
        plain.zip(),
        like.event().replace(SAMPLE_SESSION, "plain-" + function.name()));
  }

  /** A price and a webhook endpoint, as in the samples, and a session to work on. */
  private void prepare(Subject subject) {
    send("PUT", "/v1/prices/acme/own-model", "{'input': 1.5, 'output': 6}");
    send("PUT", "/v1/webhooks/chat", "{'url': 'http://localhost:9005/hook', 'format': 'standard'}");
    startSession(subject.name());
    send(
        "POST",
        SESSIONS + "/" + subject.name() + "/usage",
        "{'event_id': 'e', 'input_tokens': 100, 'output_tokens': 10}");
  }

  private void startSession(String session) {
    send("POST", SESSIONS, "{'session_id': '%s', 'model': 'acme/own-model'}".formatted(session));
  }

  private void send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(baseUri.resolve(path))
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(response.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void print(Deployment.Function function, Figures own, Figures plain) {
    double start = median(own.starts);
    double first = median(own.firsts);
    System.out.printf(
        Locale.ROOT,
        "%-22s %5.1f | %5.0f %5.0f %5.2f | %8.0f %5.0f | %5.1f %5.1f %5.2f | %5.1f %5.1f %5.2f |"
            + " %5.1f %5.1f %5.2f%n",
        function.name(),
        function.zip().toFile().length() / 1e6,
        start,
        median(plain.starts),
        start / median(plain.starts),
        median(own.snapshots),
        median(plain.snapshots),
        first,
        median(plain.firsts),
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
