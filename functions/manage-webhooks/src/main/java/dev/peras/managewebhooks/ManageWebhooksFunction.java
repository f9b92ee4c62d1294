package dev.peras.managewebhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Periods;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import dev.peras.store.AlertLog;
import dev.peras.store.Endpoint;
import dev.peras.store.Page;
import dev.peras.webhooks.SecretBox;
import dev.peras.webhooks.UrlRule;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Manages webhook endpoints and lists alerts. It posts nothing itself. */
@Named("webhooks")
public class ManageWebhooksFunction extends HttpFunction {
  private final Services peras;
  private final EndpointChange.Tools tools;

  @Inject
  public ManageWebhooksFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
    this.tools =
        new EndpointChange.Tools(
            SecretBox.withKey(peras.settings().webhooks().secretsKey()),
            new UrlRule(peras.settings().webhooks().toLoopback()));
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.LIST_WEBHOOKS, this::list,
        Call.PUT_WEBHOOK, this::put,
        Call.GET_WEBHOOK, this::get,
        Call.DELETE_WEBHOOK, this::delete,
        Call.TEST_WEBHOOK, this::test,
        Call.ROTATE_SECRET, this::rotate,
        Call.LIST_ALERTS, this::alerts,
        Call.REDELIVER_ALERT, this::redeliver);
  }

  private Response list(Request request) {
    request.noQuery();
    ObjectNode json = Json.object();
    json.set("webhooks", Json.array(peras.endpoints().list(), this::view));
    json.putNull("cursor");
    return Response.ok(json);
  }

  private Response get(Request request) {
    String id = request.id("webhook_id");
    request.noQuery();
    return Response.ok(view(peras.endpoints().get(id)));
  }

  private Response put(Request request) {
    String id = request.id("webhook_id");
    EndpointChange change = request.body(fields -> EndpointChange.read(fields, tools));
    Instant now = now();
    AtomicReference<EndpointChange.Result> made = new AtomicReference<>();
    Endpoint endpoint =
        peras
            .endpoints()
            .put(
                id,
                present -> {
                  EndpointChange.Result result = change.apply(id, present, new SecureRandom(), now);
                  made.set(result);
                  return result.endpoint();
                });
    ObjectNode json = view(endpoint);
    EndpointChange.Result result = made.get();
    if (result.secret() != null) {
      json.put("secret", result.secret());
    }
    return result.isNew() ? Response.created(json) : Response.ok(json);
  }

  private Response delete(Request request) {
    String id = request.id("webhook_id");
    request.noQuery();
    peras.endpoints().delete(id);
    return Response.noContent();
  }

  /** The deliverer sends it, as it sends any alert. */
  private Response test(Request request) {
    String id = request.id("webhook_id");
    request.noBody();
    Endpoint endpoint = peras.endpoints().get(id);
    String customer = Objects.requireNonNullElse(endpoint.subscription().customerId(), "default");
    Instant now = now();
    YearMonth period = Periods.of(now, peras.customers().defaults().timeZone());
    Alert alert = Alerts.test(UUID.randomUUID().toString(), customer, period, now);
    peras.alerts().test(alert, id);
    return Response.accepted(Json.object().put("webhook_id", id).put("alert_id", alert.id()));
  }

  private Response rotate(Request request) {
    String id = request.id("webhook_id");
    request.noBody();
    Instant now = now();
    AtomicReference<String> secret = new AtomicReference<>();
    Endpoint endpoint =
        peras
            .endpoints()
            .change(
                id,
                present -> {
                  EndpointChange.Result rotated =
                      EndpointChange.rotated(present, tools, new SecureRandom(), now);
                  secret.set(Objects.requireNonNull(rotated.secret()));
                  return rotated.endpoint();
                });
    return Response.ok(view(endpoint).put("secret", secret.get()));
  }

  private record AlertQuery(
      @Nullable String customerId, @Nullable YearMonth period, @Nullable String cursor) {
    static AlertQuery read(Fields fields) {
      return new AlertQuery(
          fields.find("customer_id", Rule.ID),
          fields.find("period", Rule.PERIOD),
          fields.find("cursor", Rule.CURSOR));
    }
  }

  private Response alerts(Request request) {
    AlertQuery query = request.query(AlertQuery::read);
    String customerId = request.caller().customer(query.customerId());
    Page<AlertLog.Entry> page = peras.alerts().list(customerId, query.period(), query.cursor());
    ObjectNode json = Json.object();
    json.set("alerts", Json.array(page.entries(), AlertView::of));
    json.put("cursor", page.cursor());
    return Response.ok(json);
  }

  private Response redeliver(Request request) {
    String id = request.id("alert_id");
    request.noBody();
    return Response.accepted(AlertView.of(peras.alerts().redeliver(id)));
  }

  private ObjectNode view(Endpoint endpoint) {
    return EndpointView.of(endpoint, tools.secrets());
  }

  private Instant now() {
    return peras.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
