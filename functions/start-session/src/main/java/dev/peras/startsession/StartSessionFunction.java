package dev.peras.startsession;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.SessionView;
import dev.peras.store.StartRequest;
import dev.peras.store.StartResult;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Starts sessions: 201 for a new one, 200 for a repeated start. */
@Named("start-session")
public class StartSessionFunction extends HttpFunction {
  private final Services peras;

  @Inject
  public StartSessionFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(Call.START_SESSION, this::start);
  }

  private Response start(Request request) {
    StartRequest start = StartReader.read(request, peras.settings().detectors());
    StartResult started = peras.sessions().start(start);
    ObjectNode state = SessionView.of(started.session(), peras.clock().instant());
    return started.isNew() ? Response.created(state) : Response.ok(state);
  }
}
