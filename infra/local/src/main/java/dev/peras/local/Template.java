package dev.peras.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the runner takes from {@code template.yaml}: functions, routes, schedules, permissions,
 * settings and the table.
 *
 * <p>It understands the template's own style rather than all of SAM. CloudFormation tags such as
 * {@code !Ref X} read as their plain text, {@code X}.
 */
record Template(
    List<Function> functions,
    List<Route> routes,
    List<Schedule> schedules,
    List<StreamTrigger> streams) {

  private static final Pattern RATE = Pattern.compile("rate\\((\\d+) (minute|hour|day)s?\\)");

  /**
   * @param name the logical name
   * @param className the handler class, see {@link #className}
   * @param environment variables that the template gives a value to
   * @param permissions what the function may do with the table
   */
  record Function(
      String name,
      String className,
      Duration timeout,
      Map<String, String> environment,
      List<Permission> permissions) {}

  /**
   * @param action as in {@code dynamodb:GetItem}
   * @param resource the template's text for it, such as {@code Table.Arn}
   */
  record Permission(String action, String resource) {}

  /**
   * @param function the logical name
   * @param every how often it is called
   */
  record Schedule(String function, Duration every) {}

  /**
   * @param function the logical name
   * @param pattern which records of the table's stream call it, as in event filters
   */
  record StreamTrigger(String function, JsonNode pattern) {}

  /** The logical id of the table, which is also what the table is called here. */
  static final String TABLE = "Table";

  static Template load() {
    try (InputStream yaml = Template.class.getResourceAsStream("/template.yaml")) {
      if (yaml == null) {
        throw new CannotStartException("template.yaml is not on the class path.");
      }
      return parse(new YAMLMapper().readTree(yaml));
    } catch (IOException e) {
      throw new CannotStartException("template.yaml cannot be read: " + e.getMessage(), e);
    }
  }

  private static Template parse(JsonNode root) {
    JsonNode globals = root.path("Globals").path("Function");
    var functions = new ArrayList<Function>();
    var routes = new ArrayList<Route>();
    var schedules = new ArrayList<Schedule>();
    var streams = new ArrayList<StreamTrigger>();
    root.path("Resources")
        .properties()
        .forEach(resource -> {
          if (resource.getValue().path("Type").asText().equals("AWS::Serverless::Function")) {
            String name = resource.getKey();
            JsonNode properties = resource.getValue().path("Properties");
            functions.add(
                new Function(
                    name,
                    className(name, properties.path("CodeUri").asText()),
                    Duration.ofSeconds(
                        properties.path("Timeout").asInt(globals.path("Timeout").asInt(3))),
                    environment(root.path("Parameters"), globals, properties),
                    permissions(properties.path("Policies"))));
            for (JsonNode event : properties.path("Events")) {
              JsonNode at = event.path("Properties");
              switch (event.path("Type").asText()) {
                case "HttpApi" ->
                    routes.add(
                        Route.of(
                            at.path("Method").asText("ANY"),
                            at.path("Path").asText(Route.DEFAULT),
                            name));
                case "ScheduleV2" ->
                    schedules.add(
                        new Schedule(name, every(at.path("ScheduleExpression").asText())));
                case "DynamoDB" ->
                    at.path("FilterCriteria")
                        .path("Filters")
                        .forEach(filter -> streams.add(new StreamTrigger(name, pattern(filter))));
                default -> {}
              }
            }
          }
        });
    return new Template(
        List.copyOf(functions), List.copyOf(routes), List.copyOf(schedules), List.copyOf(streams));
  }

  /** {@code functions/start-session/...} and {@code StartSessionFunction} name the class. */
  private static String className(String name, String codeUri) {
    String folder = codeUri.split("/", -1)[1];
    return "dev.peras." + folder.replace("-", "").toLowerCase(Locale.ROOT) + "." + name;
  }

  private static JsonNode pattern(JsonNode filter) {
    try {
      return new JsonMapper().readTree(filter.path("Pattern").asText());
    } catch (JsonProcessingException e) {
      throw new CannotStartException("template.yaml has a filter that is not JSON: " + filter, e);
    }
  }

  private static Duration every(String expression) {
    Matcher rate = RATE.matcher(expression);
    if (!rate.matches()) {
      throw new CannotStartException(
          "template.yaml has a schedule that the runner does not know: " + expression);
    }
    String unit = rate.group(2).toUpperCase(Locale.ROOT) + "S";
    return Duration.of(Long.parseLong(rate.group(1)), ChronoUnit.valueOf(unit));
  }

  /** A variable that refers to a parameter has its default, and is absent where it has none. */
  private static Map<String, String> environment(
      JsonNode parameters, JsonNode globals, JsonNode properties) {
    var environment = new LinkedHashMap<String, String>();
    for (JsonNode scope : List.of(globals, properties)) {
      scope
          .path("Environment")
          .path("Variables")
          .properties()
          .forEach(variable -> {
            String value = value(parameters, variable.getValue().asText());
            if (value != null) {
              environment.put(variable.getKey(), value);
            }
          });
    }
    return Map.copyOf(environment);
  }

  private static @Nullable String value(JsonNode parameters, String text) {
    if (!parameters.has(text)) {
      return text;
    }
    JsonNode byDefault = parameters.path(text).path("Default");
    return byDefault.isMissingNode() ? null : byDefault.asText();
  }

  private static List<Permission> permissions(JsonNode policies) {
    var permissions = new ArrayList<Permission>();
    for (JsonNode policy : policies) {
      for (JsonNode statement : policy.path("Statement")) {
        for (String action : texts(statement.path("Action"))) {
          for (String resource : texts(statement.path("Resource"))) {
            permissions.add(new Permission(action, resource));
          }
        }
      }
    }
    return List.copyOf(permissions);
  }

  private static List<String> texts(JsonNode oneOrMore) {
    if (!oneOrMore.isArray()) {
      return List.of(oneOrMore.asText());
    }
    var texts = new ArrayList<String>();
    oneOrMore.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
