package dev.peras.customers;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.peras.api.Call;
import dev.peras.api.Fields;
import dev.peras.api.HttpFunction;
import dev.peras.api.LimitsReader;
import dev.peras.api.Peras;
import dev.peras.api.Request;
import dev.peras.api.Response;
import dev.peras.engine.Limits;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;

/** Sets customers' limits, and shows them with the current month. */
@Named("customers")
public class CustomersFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Peras peras;
  private final HttpFunction http;

  @Inject
  public CustomersFunction(Peras peras) {
    this.peras = peras;
    this.http =
        new HttpFunction(Map.of(Call.GET_CUSTOMER, this::get, Call.PUT_CUSTOMER, this::put));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return http.handle(event);
  }

  private Response get(Request request) {
    String customerId = request.id("customer_id");
    request.query().end();
    return Response.ok(CustomerView.of(peras.customers().get(customerId)));
  }

  private Response put(Request request) {
    String customerId = request.id("customer_id");
    Fields fields = request.body();
    Limits limits = LimitsReader.read(fields, peras.customers().defaults());
    fields.end();
    return Response.ok(CustomerView.of(peras.customers().put(customerId, limits)));
  }
}
