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
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Sets, shows and removes price overrides; shows the price that is in force. */
@Named("prices")
public class PricesFunction extends HttpFunction {
  private static final PriceReader PRICES = new PriceReader(Rule.RATE);

  private final Services peras;

  @Inject
  public PricesFunction(Services peras) {
    super(peras.metrics());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.LIST_PRICES, this::list,
        Call.GET_PRICE, this::get,
        Call.PUT_PRICE, this::put,
        Call.DELETE_PRICE, this::delete);
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
    ObjectNode shown = PriceView.of(named);
    return isNew ? Response.created(shown) : Response.ok(shown);
  }

  private Response delete(Request request) {
    String model = request.models("model");
    request.noQuery();
    peras.prices().delete(model);
    return Response.noContent();
  }
}
