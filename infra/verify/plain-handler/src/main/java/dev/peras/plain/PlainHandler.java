package dev.peras.plain;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
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
  private static final ReturnValuesOnConditionCheckFailure ALL_OLD =
      ReturnValuesOnConditionCheckFailure.ALL_OLD;
  private static final AttributeValue HASH =
      AttributeValue.fromB(SdkBytes.fromByteArray(new byte[16]));

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

  /** Two items as Peras writes them: as many attributes, as deep, under as many conditions. */
  private String record(AttributeValue pk, JsonNode event) {
    String id = event.path("event_id").asText();
    AttributeValue input = number(event.path("input_tokens").asText());
    AttributeValue output = number(event.path("output_tokens").asText());
    AttributeValue rates = AttributeValue.fromL(Collections.nCopies(5, number("1.5")));
    AttributeValue now = number("" + System.currentTimeMillis());
    Map<String, AttributeValue> step =
        Map.ofEntries(
            Map.entry("pk", pk),
            Map.entry("sk", text("EVENT#" + id)),
            Map.entry("step", input),
            Map.entry("model", text("acme/own-model")),
            Map.entry("input", input),
            Map.entry("output", output),
            Map.entry("cost", number("0.000123")),
            Map.entry("rates", rates),
            Map.entry("occurred_at", text("2026-11-24T12:00:00Z")),
            Map.entry("recorded_at", now),
            Map.entry("period", text("2026-11")),
            Map.entry("fingerprint", HASH),
            Map.entry("ttl", now));
    AttributeValue sums = AttributeValue.fromL(Collections.nCopies(8, input));
    AttributeValue share =
        AttributeValue.fromL(
            List.of(output, output, AttributeValue.fromM(Map.of("acme/own-model", sums))));
    Map<String, AttributeValue> state =
        Map.of(
            "p", AttributeValue.fromM(Map.of("2026-11", share)),
            "d", AttributeValue.fromL(List.of(input, output, now, now, HASH, HASH)),
            "c", AttributeValue.fromL(List.of(text("ok"), now)),
            "u", now);
    Map<String, AttributeValue> values = Map.of(":v", now, ":s", AttributeValue.fromM(state));
    List<TransactWriteItem> writes =
        List.of(
            TransactWriteItem.builder()
                .put(p ->
                    p.tableName(table)
                        .item(step)
                        .conditionExpression("attribute_not_exists(#k)")
                        .expressionAttributeNames(Map.of("#k", "pk"))
                        .returnValuesOnConditionCheckFailure(ALL_OLD))
                .build(),
            TransactWriteItem.builder()
                .update(u ->
                    u.tableName(table)
                        .key(session(pk))
                        .updateExpression("SET #v = :v, #s = :s")
                        .conditionExpression("attribute_not_exists(#v) OR #v <= :v")
                        .expressionAttributeNames(Map.of("#v", "v", "#s", "s"))
                        .expressionAttributeValues(values)
                        .returnValuesOnConditionCheckFailure(ALL_OLD))
                .build());
    client.transactWriteItems(r -> r.transactItems(writes));
    return id;
  }

  private static Map<String, AttributeValue> session(AttributeValue pk) {
    return Map.of("pk", pk, "sk", text("SESSION"));
  }

  private static AttributeValue number(String value) {
    return AttributeValue.fromN(value);
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }
}
