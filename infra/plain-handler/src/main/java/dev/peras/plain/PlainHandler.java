package dev.peras.plain;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * What a function of Peras would cost with nothing around it: reads a session with one GetItem, or
 * records an event with one TransactWriteItems of the same two items. It prices and checks nothing.
 *
 * <p>Before a snapshot of it is taken it reads once, as the functions do.
 */
public final class PlainHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>, Resource {
  private static final JsonMapper JSON = new JsonMapper();

  private final String table = System.getenv("PERAS_TABLE");
  private final DynamoDbClient client =
      DynamoDbClient.builder()
          .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
          .httpClient(UrlConnectionHttpClient.create())
          .build();

  @SuppressWarnings("this-escape") // registered last, and called by the same thread later
  public PlainHandler() {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    boolean unused = exists(text("SESSION#priming"));
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {}

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    AttributeValue pk = text("SESSION#" + event.getRawPath().split("/", -1)[3]);
    boolean isRead = event.getRequestContext().getHttp().getMethod().equals("GET");
    try {
      Map<String, Object> answer =
          isRead
              ? Map.of("found", exists(pk))
              : Map.of("event_id", record(pk, JSON.readTree(event.getBody())));
      return APIGatewayV2HTTPResponse.builder()
          .withStatusCode(200)
          .withHeaders(Map.of("content-type", "application/json"))
          .withBody(JSON.writeValueAsString(answer))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private boolean exists(AttributeValue pk) {
    return client.getItem(r -> r.tableName(table).key(session(pk)).consistentRead(true)).hasItem();
  }

  private String record(AttributeValue pk, JsonNode event) {
    String id = event.path("event_id").asText();
    AttributeValue input = AttributeValue.fromN(event.path("input_tokens").asText());
    AttributeValue output = AttributeValue.fromN(event.path("output_tokens").asText());
    Map<String, AttributeValue> marker =
        Map.of("pk", pk, "sk", text("EVENT#" + id), "input", input, "output", output);
    Map<String, AttributeValue> sums =
        Map.of(":one", AttributeValue.fromN("1"), ":in", input, ":out", output);
    List<TransactWriteItem> writes =
        List.of(
            TransactWriteItem.builder()
                .put(p ->
                    p.tableName(table).item(marker).conditionExpression("attribute_not_exists(pk)"))
                .build(),
            TransactWriteItem.builder()
                .update(u ->
                    u.tableName(table)
                        .key(session(pk))
                        .updateExpression("ADD steps :one, input_tokens :in, output_tokens :out")
                        .expressionAttributeValues(sums))
                .build());
    client.transactWriteItems(r -> r.transactItems(writes));
    return id;
  }

  private static Map<String, AttributeValue> session(AttributeValue pk) {
    return Map.of("pk", pk, "sk", text("SESSION"));
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }
}
