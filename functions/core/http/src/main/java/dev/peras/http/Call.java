package dev.peras.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every call of the API: who may make it, which function answers it, its method and its path. What
 * templates, sample events and docs say of calls is generated from here ({@code make generate}).
 *
 * <p>{@code {name}} stands for one segment of a path, {@code {name+}} for all that are left.
 */
public enum Call {
  START_SESSION(Role.AGENT, Function.START_SESSION, "POST", "/v1/sessions"),
  LIST_SESSIONS(Role.ADMIN, Function.READ_SESSIONS, "GET", "/v1/sessions"),
  GET_SESSION(Role.AGENT, Function.READ_SESSIONS, "GET", "/v1/sessions/{session_id}"),
  RECORD_USAGE(Role.AGENT, Function.RECORD_USAGE, "POST", "/v1/sessions/{session_id}/usage"),
  GET_LEDGER(Role.AGENT, Function.READ_SESSIONS, "GET", "/v1/sessions/{session_id}/usage"),
  HOLD(Role.AGENT, Function.RECORD_USAGE, "POST", "/v1/sessions/{session_id}/holds"),
  RELEASE_HOLD(
      Role.AGENT, Function.RECORD_USAGE, "DELETE", "/v1/sessions/{session_id}/holds/{hold_id}"),
  END_SESSION(Role.AGENT, Function.END_SESSION, "POST", "/v1/sessions/{session_id}/end"),
  LIST_CUSTOMERS(Role.ADMIN, Function.CUSTOMERS, "GET", "/v1/customers"),
  PUT_CUSTOMER(Role.ADMIN, Function.CUSTOMERS, "PUT", "/v1/customers/{customer_id}"),
  GET_CUSTOMER(Role.ADMIN, Function.CUSTOMERS, "GET", "/v1/customers/{customer_id}"),
  GET_ADMISSION(Role.AGENT, Function.CUSTOMERS, "GET", "/v1/customers/{customer_id}/admission"),
  GET_REPORT(Role.ADMIN, Function.CUSTOMERS, "GET", "/v1/customers/{customer_id}/report"),
  TOP_UP(Role.ADMIN, Function.CUSTOMERS, "POST", "/v1/customers/{customer_id}/top-ups"),
  LIST_PRICES(Role.ADMIN, Function.PRICES, "GET", "/v1/prices"),
  PUT_PRICE(Role.ADMIN, Function.PRICES, "PUT", "/v1/prices/{model+}"),
  GET_PRICE(Role.ADMIN, Function.PRICES, "GET", "/v1/prices/{model+}"),
  DELETE_PRICE(Role.ADMIN, Function.PRICES, "DELETE", "/v1/prices/{model+}"),
  LIST_WEBHOOKS(Role.ADMIN, Function.MANAGE_WEBHOOKS, "GET", "/v1/webhooks"),
  PUT_WEBHOOK(Role.ADMIN, Function.MANAGE_WEBHOOKS, "PUT", "/v1/webhooks/{webhook_id}"),
  GET_WEBHOOK(Role.ADMIN, Function.MANAGE_WEBHOOKS, "GET", "/v1/webhooks/{webhook_id}"),
  DELETE_WEBHOOK(Role.ADMIN, Function.MANAGE_WEBHOOKS, "DELETE", "/v1/webhooks/{webhook_id}"),
  TEST_WEBHOOK(Role.ADMIN, Function.MANAGE_WEBHOOKS, "POST", "/v1/webhooks/{webhook_id}/test"),
  ROTATE_SECRET(Role.ADMIN, Function.MANAGE_WEBHOOKS, "POST", "/v1/webhooks/{webhook_id}/rotate"),
  LIST_ALERTS(Role.ADMIN, Function.MANAGE_WEBHOOKS, "GET", "/v1/alerts"),
  REDELIVER_ALERT(Role.ADMIN, Function.MANAGE_WEBHOOKS, "POST", "/v1/alerts/{alert_id}/redeliver"),
  PUT_KEY(Role.ADMIN, Function.MANAGE_KEYS, "PUT", "/v1/keys/{key_id}"),
  GET_KEY(Role.ADMIN, Function.MANAGE_KEYS, "GET", "/v1/keys/{key_id}"),
  DELETE_KEY(Role.ADMIN, Function.MANAGE_KEYS, "DELETE", "/v1/keys/{key_id}"),
  ROTATE_KEY(Role.ADMIN, Function.MANAGE_KEYS, "POST", "/v1/keys/{key_id}/rotate"),
  OTLP_TRACES(Role.AGENT, Function.INGEST_OTLP, "POST", "/otlp/v1/traces"),
  OTLP_LOGS(Role.AGENT, Function.INGEST_OTLP, "POST", "/otlp/v1/logs"),
  OTLP_METRICS(Role.AGENT, Function.INGEST_OTLP, "POST", "/otlp/v1/metrics"),
  LITELLM_CALLBACK(Role.AGENT, Function.INGEST_OTLP, "POST", "/v1/callbacks/litellm"),
  LIST_UNPRICED(Role.ADMIN, Function.PRICES, "GET", "/v1/unpriced"),
  OPENAPI(Role.AGENT, Function.READ_SESSIONS, "GET", "/v1/openapi.json");

  /** Who may make a call. */
  public enum Role {
    /** Agents, and admins too. */
    AGENT,
    /** Those who set limits and prices, or see other sessions and customers. */
    ADMIN
  }

  /** The functions of the API. */
  public enum Function {
    START_SESSION("StartSessionFunction"),
    RECORD_USAGE("RecordUsageFunction"),
    END_SESSION("EndSessionFunction"),
    READ_SESSIONS("ReadSessionsFunction"),
    CUSTOMERS("CustomersFunction"),
    PRICES("PricesFunction"),
    MANAGE_WEBHOOKS("ManageWebhooksFunction"),
    MANAGE_KEYS("ManageKeysFunction"),
    INGEST_OTLP("IngestOtlpFunction");

    private final String logicalName;

    Function(String logicalName) {
      this.logicalName = logicalName;
    }

    /** As in {@code template.yaml}. */
    public String logicalName() {
      return logicalName;
    }
  }

  private final Role role;
  private final Function function;
  private final String method;
  private final String path;

  Call(Role role, Function function, String method, String path) {
    this.role = role;
    this.function = function;
    this.method = method;
    this.path = path;
  }

  public Role role() {
    return role;
  }

  public Function function() {
    return function;
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
