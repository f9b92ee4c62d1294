package dev.peras.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A DynamoDB client without a database, for priming: it sends nothing, every write succeeds, and
 * items put by a transaction are found by their keys. Not thread-safe.
 */
final class PrimingDynamoDb implements SdkHttpClient {
  private static final String TARGET = "x-amz-target";

  private final Map<JsonNode, JsonNode> items = new HashMap<>();

  private PrimingDynamoDb() {}

  static DynamoDbClient client() {
    return DynamoDbClient.builder()
        .endpointOverride(URI.create("http://practice.invalid"))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("practice", "practice")))
        .httpClient(new PrimingDynamoDb())
        .build();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        SdkHttpResponse ok =
            SdkHttpResponse.builder()
                .statusCode(200)
                .putHeader("content-type", "application/x-amz-json-1.0")
                .build();
        byte[] answer = Json.write(answer(request)).getBytes(UTF_8);
        return HttpExecuteResponse.builder()
            .response(ok)
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
            .build();
      }

      @Override
      public void abort() {}
    };
  }

  private ObjectNode answer(HttpExecuteRequest request) throws IOException {
    String target = request.httpRequest().firstMatchingHeader(TARGET).orElse("");
    JsonNode body;
    try (InputStream in = request.contentStreamProvider().orElseThrow().newStream()) {
      body = Json.parseObject(new String(in.readAllBytes(), UTF_8));
    }
    ObjectNode answer = Json.object();
    switch (target.substring(target.indexOf('.') + 1)) {
      case "TransactWriteItems" -> body.path("TransactItems").forEach(this::write);
      case "GetItem" -> {
        JsonNode item = items.get(key(body.path("Key")));
        if (item != null) {
          answer.set("Item", item);
        }
      }
      case "BatchGetItem" -> {
        ObjectNode responses = answer.putObject("Responses");
        body.path("RequestItems")
            .properties()
            .forEach(asked -> responses.set(asked.getKey(), all(asked.getValue().path("Keys"))));
      }
      case "Query" -> answer.set("Items", query(body.path("ExpressionAttributeValues")));
      default -> {} // an empty answer is an answer, too
    }
    return answer;
  }

  private void write(JsonNode write) {
    JsonNode item = write.path("Put").path("Item");
    if (item.isObject()) {
      items.put(key(item), item);
    }
  }

  private ArrayNode all(JsonNode keys) {
    ArrayNode found = Json.object().arrayNode();
    for (JsonNode key : keys) {
      JsonNode item = items.get(key(key));
      if (item != null) {
        found.add(item);
      }
    }
    return found;
  }

  /** Queries of the table name these two; of the index, others. */
  private ArrayNode query(JsonNode values) {
    ArrayNode found = Json.object().arrayNode();
    for (JsonNode item : items.values()) {
      if (item.path("pk").equals(values.path(":pk"))
          && item.at("/sk/S").asText().startsWith(values.at("/:prefix/S").asText())) {
        found.add(item);
      }
    }
    return found;
  }

  private static JsonNode key(JsonNode item) {
    ObjectNode key = Json.object();
    key.set("pk", item.path("pk"));
    key.set("sk", item.path("sk"));
    return key;
  }

  @Override
  public void close() {}
}
