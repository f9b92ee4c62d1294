package dev.peras.deliverwebhooks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.peras.app.Deadline;
import dev.peras.app.Services;
import dev.peras.app.WebhookSettings;
import dev.peras.http.Metrics;
import dev.peras.webhooks.SecretBox;
import dev.peras.webhooks.Sender;
import dev.peras.webhooks.UrlRule;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends alerts: new ones when the table's stream tells of them, and, when the schedule calls, what
 * is due again or has been missed.
 */
@Named("deliver-webhooks")
public class DeliverWebhooksFunction
    implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  private static final System.Logger LOG =
      System.getLogger(DeliverWebhooksFunction.class.getName());

  private final Deliverer deliverer;
  private final Metrics metrics;

  @Inject
  public DeliverWebhooksFunction(Services peras) {
    this.metrics = peras.metrics();
    WebhookSettings settings = peras.settings().webhooks();
    Sender sender = new Sender(new UrlRule(settings.toLoopback()), peras.clock());
    this.deliverer =
        new Deliverer(
            peras.outbox(),
            peras.endpoints(),
            new Deliverer.Parts(
                new Destinations(SecretBox.withKey(settings.secretsKey()), settings.publicUrl()),
                sender::post,
                peras.clock(),
                new SecureRandom()));
  }

  @Override
  public Map<String, Object> handleRequest(
      @Nullable Map<String, Object> event, @Nullable Context context) {
    List<String> alertIds = StreamEvent.alertIds(event);
    Deliverer.Result result = deliverer.run(alertIds, Deadline.within(context, System::nanoTime));
    if (!result.isNothing()) {
      LOG.log(System.Logger.Level.INFO, "Delivered: {0}", result.shown());
      metrics.count("AlertsSent", result.sent());
      metrics.count("AlertsFailed", result.failed() + result.faults());
      metrics.count("AlertsDead", result.dead());
      metrics.flush();
    }
    return result.shown();
  }
}
