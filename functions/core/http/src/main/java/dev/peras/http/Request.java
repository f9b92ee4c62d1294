package dev.peras.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.Refusal;
import dev.peras.json.Body;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import java.util.Map;

/** What a handler is asked: the parameters of the path, the query and the body, all unchecked. */
public final class Request {
  private final Map<String, String> path;
  private final Map<String, String> query;
  private final Body body;

  Request(Map<String, String> path, Map<String, String> query, Body body) {
    this.path = path;
    this.query = query;
    this.body = body;
  }

  /** A checked id from the path. */
  public String id(String parameter) {
    return fromPath(parameter, Rule.ID);
  }

  /** A checked model name from the path, or the beginning of several. */
  public String models(String parameter) {
    return fromPath(parameter, Rule.MODELS);
  }

  /** The parameters of the query, to be read like a body's fields: unknown ones are faults. */
  public Fields query() {
    ObjectNode fields = Json.object();
    query.forEach(fields::put);
    return Fields.of(fields);
  }

  /** The body, which must be a JSON object. A call with a body takes no query. */
  public Fields body() {
    query().end();
    return Fields.of(Json.parseObject(body.text()));
  }

  /** The body of a call that needs none: an absent one reads as an object without fields. */
  public Fields bodyIfAny() {
    query().end();
    String text = body.text();
    return Fields.of(text.isBlank() ? Json.object() : Json.parseObject(text));
  }

  private String fromPath(String parameter, Rule<String> rule) {
    String value = path.get(parameter);
    if (value == null) {
      throw new IllegalStateException("the call's path has no " + parameter);
    }
    String read = rule.read(Json.text(value));
    if (read == null) {
      throw Refusal.of(
          Refusal.Code.INVALID_REQUEST,
          Refusal.Fault.of(parameter, "must be " + rule.description()));
    }
    return read;
  }
}
