package dev.peras.customers;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.http.Call;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.LimitsReader;
import dev.peras.json.Rule;
import dev.peras.store.Page;
import dev.peras.store.TopUp;
import dev.peras.store.TopUpResult;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.YearMonth;
import java.util.Locale;
import java.util.Map;

/** Sets customers' limits and tops them up, and shows where their months stand. */
@Named("customers")
public class CustomersFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private static final Rule<String> STATE = Rule.choice("ok", "alerting", "capped");
  private static final Rule<String> REASON = Rule.text(1, 256);
  private static final Rule<Usd> AMOUNT_IN_QUERY = Rule.asText(Rule.COST);

  private final Services peras;
  private final HttpFunction http;

  @Inject
  public CustomersFunction(Services peras) {
    this.peras = peras;
    this.http =
        new HttpFunction(
            peras.metrics(),
            Map.of(
                Call.LIST_CUSTOMERS, this::list,
                Call.GET_CUSTOMER, this::get,
                Call.PUT_CUSTOMER, this::put,
                Call.TOP_UP, this::topUp,
                Call.GET_ADMISSION, this::admission,
                Call.GET_REPORT, this::report));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return http.handle(event);
  }

  private Response list(Request request) {
    Fields query = request.query();
    String state = query.find("state", STATE);
    YearMonth period = query.find("period", Rule.PERIOD);
    String cursor = query.find("cursor", Rule.CURSOR);
    query.end();
    Page<Account> page =
        peras
            .customers()
            .meter(
                period == null ? currentPeriod() : period,
                state == null ? null : Standing.State.valueOf(state.toUpperCase(Locale.ROOT)),
                cursor);
    ObjectNode json = Json.object();
    json.set("customers", Json.array(page.entries(), MeterView::of));
    json.put("cursor", page.cursor());
    return Response.ok(json);
  }

  /** Customers may be in many time zones; the list is of one month. */
  private YearMonth currentPeriod() {
    return Periods.of(peras.clock().instant(), peras.customers().defaults().timeZone());
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

  private Response topUp(Request request) {
    String customerId = request.id("customer_id");
    Fields fields = request.body();
    TopUp topUp =
        new TopUp(
            fields.get("top_up_id", Rule.ID),
            fields.get("amount", Rule.BUDGET),
            fields.find("reason", REASON));
    fields.end();
    TopUpResult toppedUp = peras.customers().topUp(customerId, topUp);
    ObjectNode json = CustomerView.of(toppedUp.month());
    json.set("top_up", CustomerView.topUp(topUp));
    return toppedUp.isNew() ? Response.created(json) : Response.ok(json);
  }

  private Response admission(Request request) {
    String customerId = request.id("customer_id");
    Fields query = request.query();
    Usd amount = query.find("amount", AMOUNT_IN_QUERY, Usd.ZERO);
    query.end();
    return Response.ok(AdmissionView.of(peras.customers().admission(customerId, amount)));
  }

  private Response report(Request request) {
    String customerId = request.id("customer_id");
    Fields query = request.query();
    YearMonth period = query.find("period", Rule.PERIOD);
    query.end();
    return Response.ok(ReportView.of(peras.customers().report(customerId, period)));
  }
}
