package dev.peras.customers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.http.Call;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.LimitsReader;
import dev.peras.json.Rule;
import dev.peras.store.CustomerMonth;
import dev.peras.store.Page;
import dev.peras.store.TopUp;
import dev.peras.store.TopUpResult;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.YearMonth;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets and tops up customers' limits, and shows the state of their months. */
@Named("customers")
public class CustomersFunction extends HttpFunction {
  private static final Rule<Standing.State> STATE =
      Rule.choice(EnumSet.allOf(Standing.State.class), CustomerView::name);
  private static final Rule<String> TRUE_OR_FALSE = Rule.choice("true", "false");
  private static final Rule<String> REASON = Rule.text(1, 256);
  private static final Rule<Usd> AMOUNT_IN_QUERY = Rule.asText(Rule.COST);

  private final Services peras;

  @Inject
  public CustomersFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.LIST_CUSTOMERS, this::list,
        Call.GET_CUSTOMER, this::get,
        Call.PUT_CUSTOMER, this::put,
        Call.TOP_UP, this::topUp,
        Call.GET_ADMISSION, this::admission,
        Call.GET_REPORT, this::report);
  }

  private record MeterQuery(
      YearMonth period, Standing.@Nullable State state, @Nullable String cursor) {
    static MeterQuery read(Fields fields, YearMonth current) {
      return new MeterQuery(
          fields.find("period", Rule.PERIOD, current),
          fields.find("state", STATE),
          fields.find("cursor", Rule.CURSOR));
    }
  }

  private Response list(Request request) {
    YearMonth current = currentPeriod();
    MeterQuery query = request.query(fields -> MeterQuery.read(fields, current));
    Page<Account> page = peras.customers().meter(query.period(), query.state(), query.cursor());
    ObjectNode json = Json.object();
    json.set("customers", Json.array(page.entries(), MeterView::of));
    json.put("cursor", page.cursor());
    return Response.ok(json);
  }

  /** Customers may be in many time zones; the list is of one month. */
  private YearMonth currentPeriod() {
    return Periods.of(peras.clock().instant(), peras.customers().defaults().timeZone());
  }

  private ObjectNode view(CustomerMonth month) {
    Usd cap = month.cap();
    boolean isBlocked =
        cap != null && cap.equals(peras.alerts().blockedAt(month.customerId(), month.period()));
    return CustomerView.of(month, isBlocked);
  }

  private Response get(Request request) {
    String customerId = request.id("customer_id");
    boolean exactly =
        request.query(fields -> fields.find("exact", TRUE_OR_FALSE, "false").equals("true"));
    return Response.ok(view(peras.customers().get(customerId, exactly)));
  }

  private Response put(Request request) {
    String customerId = request.id("customer_id");
    Limits limits = request.body(fields -> LimitsReader.read(fields, peras.customers().defaults()));
    return Response.ok(view(peras.customers().put(customerId, limits)));
  }

  private Response topUp(Request request) {
    String customerId = request.id("customer_id");
    TopUp topUp =
        request.body(fields ->
            new TopUp(
                fields.get("top_up_id", Rule.ID),
                fields.get("amount", Rule.BUDGET),
                fields.find("reason", REASON)));
    TopUpResult toppedUp = peras.customers().topUp(customerId, topUp);
    ObjectNode json = view(toppedUp.month());
    json.set("top_up", CustomerView.topUp(topUp));
    return toppedUp.isNew() ? Response.created(json) : Response.ok(json);
  }

  private Response admission(Request request) {
    String customerId = request.id("customer_id");
    Usd amount = request.query(fields -> fields.find("amount", AMOUNT_IN_QUERY, Usd.ZERO));
    return Response.ok(AdmissionView.of(peras.customers().admission(customerId, amount)));
  }

  private Response report(Request request) {
    String customerId = request.id("customer_id");
    YearMonth period =
        request.<@Nullable YearMonth>query(fields -> fields.find("period", Rule.PERIOD));
    return Response.ok(ReportView.of(peras.customers().report(customerId, period)));
  }
}
