package dev.peras.api;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Placeholder: echoes what it was called with. */
public final class Peras {
  private final Settings settings;
  private final InstantSource clock;

  private Peras(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  public static Peras create(DynamoDbClient client, Settings settings, InstantSource clock) {
    return new Peras(settings, clock);
  }

  public APIGatewayV2HTTPResponse echo(String function, APIGatewayV2HTTPEvent event) {
    var body = new LinkedHashMap<String, Object>();
    body.put("function", function);
    body.put("table", settings.table());
    body.put("now", clock.instant().toString());
    body.put("event", event);
    try {
      return APIGatewayV2HTTPResponse.builder()
          .withStatusCode("$default".equals(event.getRouteKey()) ? 404 : 201)
          .withHeaders(Map.of("content-type", "application/json"))
          .withBody(new ObjectMapper().writeValueAsString(body))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
