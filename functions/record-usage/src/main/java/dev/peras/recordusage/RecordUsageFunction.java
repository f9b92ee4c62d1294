package dev.peras.recordusage;

import dev.peras.app.Services;
import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Metrics;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.store.HoldRequest;
import dev.peras.store.RecordResult;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/**
 * Sets money aside before a model call, and records afterwards what the call used. A hold is
 * answered with 201 and usage with 200, also where the same request had been made before.
 */
@Named("record-usage")
public class RecordUsageFunction extends HttpFunction {
  private final Services peras;

  @Inject
  public RecordUsageFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.RECORD_USAGE, this::record,
        Call.HOLD, this::hold,
        Call.RELEASE_HOLD, this::release);
  }

  private Response record(Request request) {
    String sessionId = request.id("session_id");
    UsageReader.Usage usage = request.body(UsageReader::read);
    try {
      RecordResult recorded = peras.sessions().record(sessionId, usage.events());
      count(recorded);
      return Response.ok(
          RecordedView.of(recorded, peras.settings().detectors(), peras.clock().instant()));
    } catch (Refusal refusal) {
      // Who sent one event sent no list, so there is no index to name.
      throw usage.isBatch() ? refusal : Refusal.because(refusal.reason(), refusal.getCause());
    }
  }

  private void count(RecordResult recorded) {
    Metrics metrics = peras.metrics();
    for (RecordResult.Entry entry : recorded.events()) {
      metrics.count(entry.duplicate() ? "Duplicates" : "RecordedEvents", 1);
      metrics.cost(entry.duplicate() ? Usd.ZERO : entry.cost());
    }
    metrics.warnings(recorded.raised());
  }

  private Response hold(Request request) {
    String sessionId = request.id("session_id");
    HoldRequest wanted = request.body(HoldReader::read);
    return Response.created(HoldView.of(peras.sessions().hold(sessionId, wanted)));
  }

  private Response release(Request request) {
    String sessionId = request.id("session_id");
    String holdId = request.id("hold_id");
    request.noQuery();
    peras.sessions().release(sessionId, holdId);
    return Response.noContent();
  }
}
