package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Draft202012;
import com.networknt.schema.keyword.NonValidationKeyword;
import dev.peras.local.Client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An OpenAPI document as tests use it: its operations, and what it says about answers. */
final class OpenApiDocument {
  private static final String ID = "https://peras.dev/openapi.json";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

  private final JsonNode root;
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  OpenApiDocument(JsonNode root) {
    this.root = root;
    this.registry = registry(Map.of(ID, root.toString()));
  }

  /**
   * A call as the document has it.
   *
   * @param path with its parameters in braces
   * @param parameters of the path and the query
   */
  record Operation(
      String id, String method, String path, JsonNode node, List<JsonNode> parameters) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static SchemaRegistry registry(Map<String, String> more) {
    // What OpenAPI adds, and what this document does, is no fault.
    Dialect dialect =
        Dialect.builder(Draft202012.getInstance())
            .unknownKeywordFactory((name, context) -> new NonValidationKeyword(name))
            .build();
    return SchemaRegistry.withDefaultDialect(
        dialect,
        builder ->
            builder
                .schemas(more)
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  }

  JsonNode root() {
    return root;
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    root.path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(entry -> {
                  if (METHODS.contains(entry.getKey())) {
                    operations.add(operation(path.getKey(), path.getValue(), entry.getKey()));
                  }
                }));
    return operations;
  }

  Operation operation(String id) {
    return operations().stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  private static Operation operation(String path, JsonNode item, String method) {
    JsonNode node = item.path(method);
    List<JsonNode> parameters = new ArrayList<>();
    item.path("parameters").forEach(parameters::add);
    node.path("parameters").forEach(parameters::add);
    String id = node.path("operationId").textValue();
    return new Operation(id, method.toUpperCase(Locale.ROOT), path, node, parameters);
  }

  /** Follows references; what else stands beside one is kept. */
  JsonNode resolved(JsonNode node) {
    JsonNode reference = node.path("$ref");
    if (!reference.isTextual()) {
      return node;
    }
    ObjectNode target = resolved(root.at(reference.textValue().substring(1))).deepCopy();
    target.setAll((ObjectNode) node);
    target.remove("$ref");
    return target;
  }

  /** Asserts that an answer is one that the document announces, to the last field. */
  void check(Operation operation, Answer answer) {
    JsonNode announced = operation.node().path("responses").path(Integer.toString(answer.status()));
    assertThat(announced.isMissingNode())
        .as("%s answers with %d, which is not announced: %s", operation, answer.status(), answer)
        .isFalse();
    var content = resolved(announced).path("content").properties();
    if (content.isEmpty()) {
      assertThat(answer.text()).as("%s", operation).isEmpty();
      return;
    }
    var media = content.iterator().next();
    assertThat(answer.contentType()).as("%s", operation).isEqualTo(media.getKey());
    assertThat(errors(media.getValue().path("schema"), answer.json()))
        .as("%s answered with %d: %s", operation, answer.status(), answer.text())
        .isEmpty();
  }

  /** What the document finds wrong with a value. */
  List<com.networknt.schema.Error> errors(JsonNode schema, JsonNode value) {
    return schemas.computeIfAbsent(schema.toString(), text -> schema(schema)).validate(value);
  }

  private Schema schema(JsonNode schema) {
    JsonNode reference = schema.path("$ref");
    return reference.isTextual()
        ? registry.getSchema(SchemaLocation.of(ID + reference.textValue()))
        : registry.getSchema(absolute(schema));
  }

  /** With references that lead into the document from anywhere. */
  private static JsonNode absolute(JsonNode schema) {
    return Client.parse(schema.toString().replace("\"#/components/", "\"" + ID + "#/components/"));
  }
}
