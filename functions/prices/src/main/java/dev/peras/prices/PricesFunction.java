package dev.peras.prices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.engine.pricing.PriceOverride;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.Json;
import dev.peras.json.PriceReader;
import dev.peras.json.PriceTable;
import dev.peras.json.PriceView;
import dev.peras.json.Rule;
import dev.peras.json.SessionView;
import dev.peras.store.Page;
import dev.peras.store.UnpricedCall;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.Map;

/** Sets, shows and removes price overrides; shows the price that is in force. */
@Named("prices")
public class PricesFunction extends HttpFunction {
  private static final PriceReader PRICES = new PriceReader(Rule.RATE);

  private static final System.Logger LOG = System.getLogger(PricesFunction.class.getName());
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private final Services peras;

  @Inject
  public PricesFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.LIST_PRICES, this::list,
        Call.GET_PRICE, this::get,
        Call.PUT_PRICE, this::put,
        Call.DELETE_PRICE, this::delete,
        Call.LIST_UNPRICED, this::unpriced);
  }

  private Response list(Request request) {
    request.noQuery();
    ObjectNode json = Json.object();
    json.set("prices", Json.array(peras.prices().overrides(), PriceView::of));
    json.putNull("cursor");
    json.set("table", PriceView.ofTable(PriceTable.shipped(), peras.clock().instant()));
    return Response.ok(json);
  }

  private Response get(Request request) {
    String model = request.models("model");
    request.noQuery();
    return Response.ok(PriceView.of(model, peras.prices().get(model)));
  }

  private Response put(Request request) {
    String model = request.models("model");
    PriceOverride named =
        request.body(fields ->
            new PriceOverride(
                model, PRICES.read(fields), fields.find("effective_from", Rule.TIME)));
    boolean isNew = peras.prices().put(model, named.price(), named.effectiveFrom());
    settle();
    ObjectNode shown = PriceView.of(named);
    return isNew ? Response.created(shown) : Response.ok(shown);
  }

  /** Records the calls that waited for this price. What is not done now, the sweep does. */
  private void settle() {
    long end = System.nanoTime() + SETTLING.toNanos();
    try {
      int settled = peras.store().unpriced().settle(() -> System.nanoTime() - end < 0);
      peras.metrics().count("Settled", settled);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "Calls without a price are left to the sweep", e);
    }
  }

  private Response unpriced(Request request) {
    String customerId = request.caller().customerId();
    String cursor = request.query(fields -> fields.find("cursor", Rule.CURSOR));
    Page<UnpricedCall> page = peras.store().unpriced().list(cursor);
    ObjectNode json = Json.object();
    json.set(
        "unpriced",
        Json.array(
            page.entries().stream()
                .filter(call -> customerId == null || call.customerId().equals(customerId))
                .toList(),
            PricesFunction::view));
    json.put("cursor", page.cursor());
    return Response.ok(json);
  }

  private static ObjectNode view(UnpricedCall call) {
    ObjectNode json = Json.object();
    json.put("model", call.event().model());
    json.put("customer_id", call.customerId());
    json.put("session_id", call.sessionId());
    json.put("event_id", call.event().eventId());
    SessionView.putTokens(json, call.event().tokens());
    json.set("occurred_at", Json.time(call.event().occurredAt()));
    json.set("kept_at", Json.time(call.keptAt()));
    return json;
  }

  private Response delete(Request request) {
    String model = request.models("model");
    request.noQuery();
    peras.prices().delete(model);
    return Response.noContent();
  }
}
