package dev.peras.customers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.api.Call;
import dev.peras.api.FuzzRun;
import dev.peras.api.Peras;
import dev.peras.api.TestClock;
import dev.peras.api.TestContext;
import dev.peras.api.TestHttp;
import dev.peras.api.TestPeras;
import org.junit.jupiter.api.Test;

class CustomersFunctionTest {
  private final Peras peras = TestPeras.create(new TestClock());
  private final CustomersFunction function = new CustomersFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @Test
  void aCustomerNeverSeenHasTheDefaults() {
    assertThat(http.get("/v1/customers/new").text())
        .isEqualTo(
            ("{'customer_id':'new','limits':{'monthly_cap':null,'alert_thresholds':[200,'80%'],"
                    + "'on_cap':'block','plan_price':null,'time_zone':'UTC',"
                    + "'idle_timeout_minutes':60},'month':{'period':'2026-11','spent':0,"
                    + "'claimed':0,'holds':0,'cap':null,'remaining':null,'state':'ok',"
                    + "'open_sessions':0,'projected':0}}")
                .replace('\'', '"'));
  }

  @Test
  void putReplaces() {
    put("{'monthly_cap':100.50,'on_cap':'alert','plan_price':9,'alert_thresholds':[5,'7.5%']}");

    TestHttp.Answer answer = put("{'monthly_cap':0}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("limits").toString())
        .isEqualTo(
            ("{'monthly_cap':0,'alert_thresholds':[200,'80%'],'on_cap':'block','plan_price':null,"
                    + "'time_zone':'UTC','idle_timeout_minutes':60}")
                .replace('\'', '"'));
    assertThat(answer.json().path("month").path("state").asText()).isEqualTo("capped");
    assertThat(http.get("/v1/customers/c").text()).isEqualTo(answer.text());
  }

  @Test
  void refusesBadLimitsAndNames() {
    assertThat(put("{'monthly_cap':-1,'on_cap':5,'x':1}").faultyFields())
        .containsExactly("monthly_cap", "on_cap", "x");
    assertThat(http.put("/v1/customers/a%20b", "{}").faultyFields()).containsExactly("customer_id");
    assertThat(http.get("/v1/customers/c?period=2026-11").faultyFields()).containsExactly("period");
  }

  @Test
  void bearsAnything() {
    FuzzRun.of(
        http, Call.PUT_CUSTOMER, 3000, () -> peras.customers().get("guarded").limits().toString());
  }

  private TestHttp.Answer put(String body) {
    return http.put("/v1/customers/c", body.replace('\'', '"'));
  }
}
