package dev.peras.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Events as API Gateway would hand them over, one for each call.
 *
 * @param values what the requests say: {@code path} by parameter, {@code query} and {@code body} by
 *     operation; a body that is not there is the document's first example
 * @param envelope what all events share
 */
record Samples(JsonNode values, JsonNode envelope) {
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)\\+?}");

  String event(Operation operation) {
    String id = operation.node().path("operationId").textValue();
    ObjectNode parameters = Json.object();
    String path = path(operation.call().path(), parameters);
    JsonNode query = values.path("query").path(id);
    JsonNode body = body(operation, id);
    ObjectNode event = Json.object();
    event.put("version", "2.0");
    event.put("routeKey", operation.routeKey());
    event.put("rawPath", path);
    event.put("rawQueryString", queryString(query));
    ObjectNode headers = event.putObject("headers").setAll((ObjectNode) envelope.path("headers"));
    if (!body.isMissingNode()) {
      headers.put("content-type", "application/json");
    }
    if (query.isObject()) {
      event.set("queryStringParameters", query);
    }
    if (!parameters.isEmpty()) {
      event.set("pathParameters", parameters);
    }
    ObjectNode context = envelope.path("requestContext").deepCopy();
    context.put("routeKey", operation.routeKey());
    ((ObjectNode) context.path("http")).put("method", operation.call().method()).put("path", path);
    event.set("requestContext", context);
    if (!body.isMissingNode()) {
      event.put("body", Json.write(body));
    }
    event.put("isBase64Encoded", false);
    return pretty(event);
  }

  private String path(String template, ObjectNode parameters) {
    Matcher parameter = PARAMETER.matcher(template);
    StringBuilder path = new StringBuilder();
    while (parameter.find()) {
      String name = parameter.group(1);
      String value = values.path("path").path(name).asText(name.replace("_id", "") + "-1");
      parameters.put(name, value);
      parameter.appendReplacement(path, Matcher.quoteReplacement(value));
    }
    return parameter.appendTail(path).toString();
  }

  private static String queryString(JsonNode query) {
    List<String> pairs = new ArrayList<>();
    query
        .properties()
        .forEach(entry ->
            pairs.add(
                entry.getKey()
                    + "="
                    + URLEncoder.encode(entry.getValue().asText(), StandardCharsets.UTF_8)));
    return String.join("&", pairs);
  }

  private JsonNode body(Operation operation, String id) {
    JsonNode given = values.path("body").path(id);
    JsonNode examples =
        operation.node().at("/requestBody/content/application~1json").path("examples");
    return given.isObject() || examples.isEmpty()
        ? given
        : examples.iterator().next().path("value");
  }

  private static String pretty(JsonNode json) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can't be written", e);
    }
  }
}
