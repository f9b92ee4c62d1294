package dev.peras.readsessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.sessions.Step;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.OpenApi;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import dev.peras.json.SessionView;
import dev.peras.store.Page;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows sessions and their ledgers, and the document of the API. The default route leads here, too,
 * for unknown paths and methods.
 */
@Named("read-sessions")
public class ReadSessionsFunction extends HttpFunction {
  private static final Rule<String> STATUS = Rule.choice("open", "ended");

  private final Services peras;

  @Inject
  public ReadSessionsFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.GET_SESSION, this::get,
        Call.LIST_SESSIONS, this::list,
        Call.GET_LEDGER, this::ledger,
        Call.OPENAPI, this::document);
  }

  private Response get(Request request) {
    String sessionId = request.id("session_id");
    request.noQuery();
    return Response.ok(SessionView.of(peras.sessions().get(sessionId), peras.clock().instant()));
  }

  private record SessionQuery(
      @Nullable String customerId, @Nullable Boolean isEnded, @Nullable String cursor) {
    static SessionQuery read(Fields fields) {
      String customerId = fields.find("customer_id", Rule.ID);
      String status = fields.find("status", STATUS);
      return new SessionQuery(
          customerId,
          status == null ? null : status.equals("ended"),
          fields.find("cursor", Rule.CURSOR));
    }
  }

  private Response list(Request request) {
    SessionQuery query = request.query(SessionQuery::read);
    String customerId = request.caller().customer(query.customerId());
    Page<Session> page = peras.sessions().list(customerId, query.isEnded(), query.cursor());
    Instant now = peras.clock().instant();
    ObjectNode json = Json.object();
    json.set("sessions", Json.array(page.entries(), session -> SessionView.of(session, now)));
    json.put("cursor", page.cursor());
    return Response.ok(json);
  }

  private Response ledger(Request request) {
    String sessionId = request.id("session_id");
    String cursor = request.<@Nullable String>query(fields -> fields.find("cursor", Rule.CURSOR));
    Page<Step> page = peras.sessions().ledger(sessionId, cursor);
    ObjectNode json = Json.object();
    json.set("events", Json.array(page.entries(), StepView::of));
    json.put("cursor", page.cursor());
    return Response.ok(json);
  }

  private Response document(Request request) {
    request.noQuery();
    return Response.ok(OpenApi.document());
  }
}
