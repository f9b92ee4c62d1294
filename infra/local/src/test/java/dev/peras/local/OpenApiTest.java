package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import dev.peras.http.Call;
import dev.peras.http.OpenApi;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The API's document in itself; whether the functions do as it says, other tests show. */
class OpenApiTest {
  private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

  private final OpenApiDocument document = new OpenApiDocument(OpenApi.document());

  @Test
  void has_every_call_and_no_other() {
    assertThat(document.operations().stream().map(Object::toString))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Call.values())
                .map(call -> call.method() + " " + call.path().replace("+}", "}"))
                .toList());
  }

  @Test
  void is_valid_open_api() throws IOException {
    try (InputStream standard =
        Objects.requireNonNull(getClass().getResourceAsStream("/openapi-3.1.schema.json"))) {
      Schema schema = OpenApiDocument.registry(Map.of()).getSchema(standard, InputFormat.JSON);
      assertThat(schema.validate(document.root())).isEmpty();
    }
  }

  @Test
  void has_valid_schemas() {
    Schema draft = OpenApiDocument.registry(Map.of()).getSchema(SchemaLocation.of(DRAFT));
    document
        .root()
        .at("/components/schemas")
        .properties()
        .forEach(
            schema -> assertThat(draft.validate(schema.getValue())).as(schema.getKey()).isEmpty());
  }

  @Test
  void leads_nowhere_that_is_not() {
    for (JsonNode reference : document.root().findValues("$ref")) {
      assertThat(document.root().at(reference.textValue().substring(1)).isMissingNode())
          .as(reference.textValue())
          .isFalse();
    }
  }

  @Test
  void shows_examples_that_it_allows() {
    int count = 0;
    for (JsonNode parent : document.root().findParents("examples")) {
      for (JsonNode example : parent.path("examples")) {
        boolean isOfSchema = parent.path("examples").isArray();
        JsonNode value = isOfSchema ? example : example.path("value");
        JsonNode schema = isOfSchema ? parent : parent.path("schema");
        assertThat(document.errors(schema, value)).as("%s", value).isEmpty();
        count++;
      }
    }
    assertThat(count).isGreaterThan(15);
  }

  @Test
  void is_served() {
    try (var peras = LocalPeras.start(Map.of());
        var client = new Client(peras.baseUri())) {
      Client.Answer answer = client.get("/v1/openapi.json");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.contentType()).isEqualTo("application/json");
      assertThat(answer.json()).isEqualTo(Client.parse(OpenApi.document().toString()));
      assertThat(client.get("/v1/openapi.json?pretty=1").fields()).containsExactly("pretty");
    }
  }
}
