package dev.peras.packaged;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What a function has API Gateway answer.
 *
 * @param body missing where there is none
 */
record HttpAnswer(int status, String contentType, JsonNode body) {
  private static final JsonMapper JSON = new JsonMapper();

  static HttpAnswer of(RuntimeApi.Answer answer) {
    if (answer.isError()) {
      throw new AssertionError("The function failed: " + answer.payload());
    }
    JsonNode response = parse(answer.payload());
    return new HttpAnswer(
        response.path("statusCode").asInt(),
        response.path("headers").path("content-type").asText(),
        parse(response.path("body").asText("null")));
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
