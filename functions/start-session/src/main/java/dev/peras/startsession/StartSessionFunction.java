package dev.peras.startsession;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.peras.api.Peras;
import jakarta.inject.Inject;

/** Placeholder. */
public final class StartSessionFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Peras peras;

  @Inject
  public StartSessionFunction(Peras peras) {
    this.peras = peras;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return peras.echo("StartSession", event);
  }
}
