package dev.peras.startsession;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.http.Call;
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
public class StartSessionFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Services peras;
  private final HttpFunction http;

  @Inject
  public StartSessionFunction(Services peras) {
    this.peras = peras;
    this.http = new HttpFunction(peras.metrics(), Map.of(Call.START_SESSION, this::start));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return http.handle(event);
  }

  private Response start(Request request) {
    StartRequest start = StartReader.read(request, peras.settings().detectors());
    StartResult started = peras.sessions().start(start);
    ObjectNode state = SessionView.of(started.session(), peras.clock().instant());
    return started.isNew() ? Response.created(state) : Response.ok(state);
  }
}
