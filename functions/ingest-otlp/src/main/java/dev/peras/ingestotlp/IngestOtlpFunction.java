package dev.peras.ingestotlp;

import dev.peras.app.Services;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Records the model calls in what OpenTelemetry exporters and gateways send. */
@Named("ingest-otlp")
public class IngestOtlpFunction extends HttpFunction {
  private final Otlp otlp;
  private final LiteLlm liteLlm;

  @Inject
  public IngestOtlpFunction(Services peras) {
    super(peras.metrics(), peras.door());
    Recording recording = Recording.of(peras);
    this.otlp = new Otlp(recording);
    this.liteLlm = new LiteLlm(recording);
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.OTLP_TRACES, otlp::traces,
        Call.OTLP_LOGS, otlp::logs,
        Call.OTLP_METRICS, otlp::metrics,
        Call.LITELLM_CALLBACK, liteLlm::callback);
  }
}
