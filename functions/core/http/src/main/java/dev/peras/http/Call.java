package dev.peras.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every call of the API: the one table of methods and paths.
 *
 * <p>{@code {name}} stands for one segment of a path, {@code {name+}} for all that are left.
 */
public enum Call {
  START_SESSION("POST", "/v1/sessions"),
  LIST_SESSIONS("GET", "/v1/sessions"),
  GET_SESSION("GET", "/v1/sessions/{session_id}"),
  RECORD_USAGE("POST", "/v1/sessions/{session_id}/usage"),
  GET_LEDGER("GET", "/v1/sessions/{session_id}/usage"),
  HOLD("POST", "/v1/sessions/{session_id}/holds"),
  RELEASE_HOLD("DELETE", "/v1/sessions/{session_id}/holds/{hold_id}"),
  END_SESSION("POST", "/v1/sessions/{session_id}/end"),
  LIST_CUSTOMERS("GET", "/v1/customers"),
  PUT_CUSTOMER("PUT", "/v1/customers/{customer_id}"),
  GET_CUSTOMER("GET", "/v1/customers/{customer_id}"),
  GET_ADMISSION("GET", "/v1/customers/{customer_id}/admission"),
  GET_REPORT("GET", "/v1/customers/{customer_id}/report"),
  TOP_UP("POST", "/v1/customers/{customer_id}/top-ups"),
  LIST_PRICES("GET", "/v1/prices"),
  PUT_PRICE("PUT", "/v1/prices/{model+}"),
  GET_PRICE("GET", "/v1/prices/{model+}"),
  DELETE_PRICE("DELETE", "/v1/prices/{model+}"),
  LIST_WEBHOOKS("GET", "/v1/webhooks"),
  PUT_WEBHOOK("PUT", "/v1/webhooks/{webhook_id}"),
  GET_WEBHOOK("GET", "/v1/webhooks/{webhook_id}"),
  DELETE_WEBHOOK("DELETE", "/v1/webhooks/{webhook_id}"),
  TEST_WEBHOOK("POST", "/v1/webhooks/{webhook_id}/test"),
  ROTATE_SECRET("POST", "/v1/webhooks/{webhook_id}/rotate"),
  LIST_ALERTS("GET", "/v1/alerts"),
  REDELIVER_ALERT("POST", "/v1/alerts/{alert_id}/redeliver"),
  OPENAPI("GET", "/v1/openapi.json");

  private final String method;
  private final String path;

  Call(String method, String path) {
    this.method = method;
    this.path = path;
  }

  public String method() {
    return method;
  }

  /** As in API Gateway's routes: {@code /v1/sessions/{session_id}}. */
  public String path() {
    return path;
  }

  /**
   * The values of the path's parameters.
   *
   * @param segments of a request's path, decoded
   * @return null where the path is not this call's
   */
  @Nullable Map<String, String> match(List<String> segments) {
    List<String> parts = List.of(path.substring(1).split("/", -1));
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      if (i >= segments.size() || segments.get(i).isEmpty()) {
        return null;
      }
      String part = parts.get(i);
      if (part.endsWith("+}")) {
        List<String> rest = segments.subList(i, segments.size());
        parameters.put(part.substring(1, part.length() - 2), String.join("/", rest));
        return rest.contains("") ? null : parameters;
      }
      if (part.startsWith("{")) {
        parameters.put(part.substring(1, part.length() - 1), segments.get(i));
      } else if (!part.equals(segments.get(i))) {
        return null;
      }
    }
    return parts.size() == segments.size() ? parameters : null;
  }
}
