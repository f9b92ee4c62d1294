package dev.peras.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.http.Call;
import dev.peras.http.OpenApi;
import dev.peras.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that is said of routes outside of {@link Call}, the document of the API and the
 * functions' own code: routes and policies of the templates, sample events, the table of calls in
 * the docs. It is checked in as plain text, so that people can read and review it.
 */
final class Generated {
  private static final String TEMPLATE = "template.yaml";
  private static final String JWT_API = "infra/deploy/jwt-api.yaml";
  private static final String KEY_API = "infra/deploy/key-api.yaml";
  private static final String DOCS = "docs/api.md";
  private static final String EVENTS = "infra/deploy/events";
  private static final String SAMPLE_VALUES = "infra/deploy/sample-requests.json";

  private final Path root;
  private final List<Operation> operations;

  Generated(Path root) {
    this.root = root;
    this.operations =
        Arrays.stream(Call.values()).map(call -> Operation.of(call, OpenApi.document())).toList();
  }

  /** The files that are not as they should be, with the text that each should have; "" for none. */
  Map<Path, String> stale() throws IOException {
    Map<Path, String> stale = new TreeMap<>();
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path path = root.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        stale.put(path, file.getValue());
      }
    }
    for (Path path : samplesOfNoCall()) {
      stale.put(path, "");
    }
    return stale;
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    String template = Files.readString(root.resolve(TEMPLATE));
    template = region("agents' calls", agentResources()).in(template);
    for (Call.Function function : Call.Function.values()) {
      template = region("routes of " + function.logicalName(), events(function)).in(template);
    }
    files.put(TEMPLATE, template);
    String jwtApi = Files.readString(root.resolve(JWT_API));
    files.put(JWT_API, region("routes", jwtRoutes()).in(jwtApi));
    String keyApi = Files.readString(root.resolve(KEY_API));
    files.put(KEY_API, region("routes for keys", keyRoutes()).in(keyApi));
    files.put(DOCS, region("calls", table()).in(Files.readString(root.resolve(DOCS))));
    Samples samples =
        new Samples(Json.parse(Files.readString(root.resolve(SAMPLE_VALUES))), envelope());
    for (Operation operation : operations) {
      files.put(sample(operation), samples.event(operation));
    }
    return files;
  }

  private static Region region(String name, List<String> lines) {
    return new Region(name, lines);
  }

  private static JsonNode envelope() throws IOException {
    try (InputStream in = Generated.class.getResourceAsStream("envelope.json")) {
      if (in == null) {
        throw new IOException("there is no envelope.json");
      }
      return Json.parse(new String(in.readAllBytes(), UTF_8));
    }
  }

  private static String sample(Operation operation) {
    return "%s/%s-%s.json"
        .formatted(EVENTS, operation.call().function().logicalName(), operation.name());
  }

  /** Samples of calls that are no more. Those of the default route and of timers are by hand. */
  private List<Path> samplesOfNoCall() throws IOException {
    List<String> expected = operations.stream().map(Generated::sample).toList();
    List<Path> unexpected = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve(EVENTS))) {
      for (Path file : files.sorted().toList()) {
        boolean isOfARoute =
            Json.parse(Files.readString(file)).path("routeKey").asText().contains("/");
        if (isOfARoute && !expected.contains(EVENTS + "/" + file.getFileName())) {
          unexpected.add(file);
        }
      }
    }
    return unexpected;
  }

  private List<Operation> of(Call.Role role) {
    return operations.stream().filter(o -> o.call().role() == role).toList();
  }

  private List<String> agentResources() {
    return of(Call.Role.AGENT).stream()
        .map(operation ->
            "- !Sub"
                + " arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/$default/"
                + operation.call().method()
                + operation.call().path().replaceAll("\\{\\w+\\+?}", "*"))
        .toList();
  }

  private List<String> events(Call.Function function) {
    List<String> lines = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation.call().function() == function) {
        lines.add(operation.name() + ":");
        lines.add("  Type: HttpApi");
        lines.add("  Properties:");
        lines.add("    ApiId: !Ref Api");
        lines.add("    Method: " + operation.call().method());
        lines.add("    Path: " + operation.call().path());
      }
    }
    return lines;
  }

  private List<String> jwtRoutes() {
    List<String> lines = new ArrayList<>();
    lines.add("# Agents' calls. One scope of the list is enough, so admins may make them, too.");
    of(Call.Role.AGENT).forEach(o -> addJwtRoute(lines, o, "[peras/agent, peras/admin]"));
    lines.add("# What moves limits or shows other sessions and customers.");
    of(Call.Role.ADMIN).forEach(o -> addJwtRoute(lines, o, "[peras/admin]"));
    lines.removeLast();
    return lines;
  }

  private List<String> keyRoutes() {
    List<String> lines = new ArrayList<>();
    for (Operation operation : operations) {
      addRoute(lines, operation);
      lines.add("    AuthorizationType: NONE");
      lines.add("");
    }
    lines.removeLast();
    return lines;
  }

  private static void addRoute(List<String> lines, Operation operation) {
    String integration = operation.call().function().logicalName().replaceFirst("Function$", "");
    lines.add(operation.name() + "Route:");
    lines.add("  Type: AWS::ApiGatewayV2::Route");
    lines.add("  Properties:");
    lines.add("    ApiId: !Ref Api");
    lines.add("    RouteKey: " + operation.routeKey());
    lines.add("    Target: !Sub integrations/${" + integration + "}");
  }

  private static void addJwtRoute(List<String> lines, Operation operation, String scopes) {
    addRoute(lines, operation);
    lines.add("    AuthorizationType: JWT");
    lines.add("    AuthorizerId: !Ref Authorizer");
    lines.add("    AuthorizationScopes: " + scopes);
    lines.add("");
  }

  private List<String> table() {
    List<String> lines = new ArrayList<>(List.of("", "| call | does | for |", "|---|---|---|"));
    for (Operation operation : operations) {
      lines.add(
          "| `%s` | %s | %s |"
              .formatted(
                  operation.routeKey().replace("+}", "}") + operation.query(),
                  operation.summary(),
                  operation.call().role() == Call.Role.AGENT ? "agents, admins" : "admins"));
    }
    lines.add("");
    return lines;
  }
}
