package dev.peras.endsession;

import dev.peras.app.Services;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.SessionView;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Ends sessions; ending one again shows the same result, with late usage since. */
@Named("end-session")
public class EndSessionFunction extends HttpFunction {
  private final Services peras;

  @Inject
  public EndSessionFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(Call.END_SESSION, this::end);
  }

  private Response end(Request request) {
    String sessionId = request.id("session_id");
    request.noBody();
    return Response.ok(SessionView.of(peras.sessions().end(sessionId), peras.clock().instant()));
  }
}
