package dev.peras.recordusage;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.peras.api.Call;
import dev.peras.api.HttpFunction;
import dev.peras.api.Peras;
import dev.peras.api.Request;
import dev.peras.api.Response;
import dev.peras.engine.Refusal;
import dev.peras.store.Recorded;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;

/** Records usage: 200 with the session's state, also where every event was a duplicate. */
@Named("record-usage")
public class RecordUsageFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Peras peras;
  private final HttpFunction http;

  @Inject
  public RecordUsageFunction(Peras peras) {
    this.peras = peras;
    this.http = new HttpFunction(Map.of(Call.RECORD_USAGE, this::record));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return http.handle(event);
  }

  private Response record(Request request) {
    String sessionId = request.id("session_id");
    UsageReader.Usage usage = UsageReader.read(request.body());
    try {
      Recorded recorded = peras.sessions().record(sessionId, usage.events());
      return Response.ok(
          RecordedView.of(recorded, peras.settings().detectors(), peras.clock().instant()));
    } catch (Refusal refusal) {
      throw usage.isBatch() ? refusal : withoutIndexes(refusal);
    }
  }

  /** Who sent one event sent no list, so there is no index to name. */
  private static Refusal withoutIndexes(Refusal refusal) {
    List<Refusal.Fault> faults =
        refusal.faults().stream()
            .map(fault -> Refusal.Fault.of(fault.field(), fault.message()))
            .toList();
    return refusal.limit() == null ? Refusal.of(refusal.code(), refusal.detail(), faults) : refusal;
  }
}
