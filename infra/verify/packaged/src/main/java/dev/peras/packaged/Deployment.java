package dev.peras.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code template.yaml} deploys: every function with its zip, runtime, variables and events.
 *
 * <p>CloudFormation tags such as {@code !Ref X} read as their plain text, {@code X}.
 */
record Deployment(Path root, List<Function> functions) {
  /**
   * @param name the logical name
   * @param zip what is deployed
   * @param environment variables that the template gives a value to, parameters at their defaults
   * @param triggers what calls it
   */
  record Function(
      String name,
      Path zip,
      String handler,
      Machine machine,
      Map<String, String> environment,
      List<Trigger> triggers) {}

  /**
   * What a function runs on.
   *
   * @param runtime Lambda's name for it, such as {@code java25}
   * @param timeout of a call
   * @param snapStart whether its started process is kept as a snapshot
   */
  record Machine(String runtime, int memoryMegabytes, Duration timeout, boolean snapStart) {}

  /**
   * One of a function's events.
   *
   * @param type such as {@code HttpApi}
   * @param routeKey of a route, such as {@code GET /v1/sessions}; the type itself for others
   * @param file a sample, in {@code infra/deploy/events}
   */
  record Trigger(String function, String name, String type, String routeKey, Path file) {
    String event() {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String toString() {
      return function + " " + name;
    }
  }

  /** Where samples of events are, below the root. */
  static final String EVENTS = "infra/deploy/events";

  static Deployment read() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("template.yaml"))) {
      root = root.getParent();
      if (root == null) {
        throw new IllegalStateException(
            "template.yaml is in no folder above the working directory");
      }
    }
    try {
      return read(root, Files.readString(root.resolve("template.yaml")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Deployment read(Path root, String template) throws IOException {
    JsonNode yaml = new YAMLMapper().readTree(template);
    JsonNode globals = yaml.path("Globals").path("Function");
    List<Function> functions = new ArrayList<>();
    yaml.path("Resources")
        .properties()
        .forEach(resource -> {
          if (resource.getValue().path("Type").asText().equals("AWS::Serverless::Function")) {
            Scope scope = new Scope(resource.getValue().path("Properties"), globals);
            functions.add(function(root, resource.getKey(), scope, yaml.path("Parameters")));
          }
        });
    return new Deployment(root, List.copyOf(functions));
  }

  /** A function's properties; what it lacks is in the globals. */
  private record Scope(JsonNode own, JsonNode globals) {
    JsonNode get(String property) {
      return own.has(property) ? own.get(property) : globals.path(property);
    }
  }

  private static Function function(Path root, String name, Scope scope, JsonNode parameters) {
    List<Trigger> triggers = new ArrayList<>();
    scope
        .get("Events")
        .properties()
        .forEach(event -> triggers.add(trigger(root, name, event.getKey(), event.getValue())));
    Map<String, String> environment = new LinkedHashMap<>();
    for (JsonNode variables : List.of(scope.globals(), scope.own())) {
      variables
          .path("Environment")
          .path("Variables")
          .properties()
          .forEach(variable -> {
            String text = variable.getValue().asText();
            JsonNode parameter = parameters.path(text);
            if (parameter.isMissingNode() || parameter.has("Default")) {
              environment.put(
                  variable.getKey(),
                  parameter.isMissingNode() ? text : parameter.get("Default").asText());
            }
          });
    }
    return new Function(
        name,
        root.resolve(scope.get("CodeUri").asText()),
        scope.get("Handler").asText(),
        new Machine(
            scope.get("Runtime").asText(),
            scope.get("MemorySize").asInt(128),
            Duration.ofSeconds(scope.get("Timeout").asInt(3)),
            scope.get("SnapStart").path("ApplyOn").asText().equals("PublishedVersions")),
        Map.copyOf(environment),
        List.copyOf(triggers));
  }

  private static Trigger trigger(Path root, String function, String name, JsonNode event) {
    String type = event.path("Type").asText();
    JsonNode properties = event.path("Properties");
    String routeKey = type;
    if (type.equals("HttpApi")) {
      routeKey =
          properties.has("Path")
              ? properties.path("Method").asText() + " " + properties.path("Path").asText()
              : "$default";
    }
    Path file = root.resolve(EVENTS).resolve(function + "-" + name + ".json");
    return new Trigger(function, name, type, routeKey, file);
  }

  Function function(String name) {
    return functions.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("template.yaml has no " + name));
  }

  List<Trigger> triggers() {
    return functions.stream().flatMap(f -> f.triggers().stream()).toList();
  }
}
