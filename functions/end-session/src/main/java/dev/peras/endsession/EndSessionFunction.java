package dev.peras.endsession;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.peras.app.Services;
import dev.peras.http.Call;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.SessionView;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Ends sessions; ending one again shows the same result, with late usage since. */
@Named("end-session")
public class EndSessionFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Services peras;
  private final HttpFunction http;

  @Inject
  public EndSessionFunction(Services peras) {
    this.peras = peras;
    this.http = new HttpFunction(peras.metrics(), Map.of(Call.END_SESSION, this::end));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return http.handle(event);
  }

  private Response end(Request request) {
    String sessionId = request.id("session_id");
    request.noBody();
    return Response.ok(SessionView.of(peras.sessions().end(sessionId), peras.clock().instant()));
  }
}
