package dev.peras.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.http.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A call, and what the document of the API says of it. */
record Operation(Call call, JsonNode path, JsonNode node) {
  /**
   * Finds a call in the document.
   *
   * @throws IllegalArgumentException when the document lacks it
   */
  static Operation of(Call call, JsonNode document) {
    JsonNode path = document.path("paths").path(call.path().replace("+}", "}"));
    JsonNode node = path.path(call.method().toLowerCase(Locale.ROOT));
    if (!node.hasNonNull("operationId") || !node.hasNonNull("summary")) {
      throw new IllegalArgumentException(
          "openapi.json has no operationId and summary of " + call.method() + " " + call.path());
    }
    return new Operation(call, path, node);
  }

  /** As resources, events and sample files are named: {@code StartSession}. */
  String name() {
    String id = node.path("operationId").textValue();
    return id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1);
  }

  /** What it does, in a few words. */
  String summary() {
    return node.path("summary").textValue();
  }

  /** The parameters of its query but for the cursor: {@code ?state=&period=}. */
  String query() {
    List<String> names = new ArrayList<>();
    for (JsonNode parameter : node.path("parameters")) {
      String name = parameter.path("name").asText();
      if (parameter.path("in").asText().equals("query") && !name.equals("cursor")) {
        names.add(name + "=");
      }
    }
    return names.isEmpty() ? "" : "?" + String.join("&", names);
  }

  /** As API Gateway has it: {@code POST /v1/sessions}. */
  String routeKey() {
    return call.method() + " " + call.path();
  }
}
