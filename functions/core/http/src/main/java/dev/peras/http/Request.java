package dev.peras.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.json.Body;
import dev.peras.json.Fields;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request as a handler gets it: path, query, headers and body, all unchecked. */
public final class Request {
  private final Caller caller;
  private final Map<String, String> path;
  private final Map<String, String> query;
  private final Map<String, String> headers;
  private final Body body;

  /**
   * A request.
   *
   * @param headers by name, whatever its case
   */
  Request(
      Caller caller,
      Map<String, String> path,
      Map<String, String> query,
      Map<String, String> headers,
      Body body) {
    this.caller = caller;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
  }

  /** Who asks, and for whom it may ask. */
  public Caller caller() {
    return caller;
  }

  /** A checked id from the path. */
  public String id(String parameter) {
    return fromPath(parameter, Rule.ID);
  }

  /** A checked model name from the path, or the beginning of several. */
  public String models(String parameter) {
    return fromPath(parameter, Rule.MODELS);
  }

  /** The query's parameters, whose values are strings, as a reader returns them. */
  public <T extends @Nullable Object> T query(Function<Fields, T> reader) {
    ObjectNode fields = Json.object();
    query.forEach(fields::put);
    return Fields.read(fields, reader);
  }

  /** Refuses a query with any parameter. */
  public void noQuery() {
    query(Request::nothing);
  }

  /** A header's value; null where there is none, or only blanks. */
  public @Nullable String header(String name) {
    String value = headers.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** The body as it was sent, of whatever kind. */
  public byte[] bytes() {
    return body.bytes();
  }

  /** The body, a JSON object, as a reader returns it. A call with a body takes no query. */
  public <T extends @Nullable Object> T body(Function<Fields, T> reader) {
    noQuery();
    return Fields.read(Json.parseObject(body.text()), reader);
  }

  /** Refuses a body with any content; an absent body and an empty object have none. */
  public void noBody() {
    noQuery();
    String text = body.text();
    Fields.read(text.isBlank() ? Json.object() : Json.parseObject(text), Request::nothing);
  }

  private static boolean nothing(Fields fields) {
    return true;
  }

  private String fromPath(String parameter, Rule<String> rule) {
    String value = path.get(parameter);
    if (value == null) {
      throw new IllegalStateException("the call's path has no " + parameter);
    }
    String read = rule.read(Json.text(value));
    if (read == null) {
      throw InvalidRequest.because(parameter, "must be " + rule.description());
    }
    return read;
  }
}
