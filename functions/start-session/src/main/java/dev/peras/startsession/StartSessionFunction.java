package dev.peras.startsession;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.api.Call;
import dev.peras.api.HttpFunction;
import dev.peras.api.Peras;
import dev.peras.api.Request;
import dev.peras.api.Response;
import dev.peras.api.SessionView;
import dev.peras.store.StartRequest;
import dev.peras.store.Started;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Starts sessions: 201 for a new one, 200 where the same start had been made before. */
@Named("start-session")
public class StartSessionFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Peras peras;
  private final HttpFunction http;

  @Inject
  public StartSessionFunction(Peras peras) {
    this.peras = peras;
    this.http = new HttpFunction(peras.metrics(), Map.of(Call.START_SESSION, this::start));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return http.handle(event);
  }

  private Response start(Request request) {
    StartRequest start = StartReader.read(request.body(), peras.settings().detectors());
    Started started = peras.sessions().start(start);
    ObjectNode state = SessionView.of(started.session(), peras.clock().instant());
    return started.isNew() ? Response.created(state) : Response.ok(state);
  }
}
