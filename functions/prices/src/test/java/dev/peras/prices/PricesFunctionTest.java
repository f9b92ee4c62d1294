package dev.peras.prices;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import org.junit.jupiter.api.Test;

class PricesFunctionTest {
  private static final String MEDIA =
      "'audio_input':null,'audio_cache_read':null,'image_input':null,'image_cache_read':null,"
          + "'audio_output':null,'image_output':null";

  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final Services peras = TestServices.create(clock);
  private final PricesFunction function = new PricesFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @Test
  void sets_and_replaces_and_removes_a_price() {
    TestHttp.Answer created =
        put(
            "{'input':1.250,'output':1e1,'cache_read':0,'batch':{'input':0.5,'output':5},"
                + "'tiers':[{'above_input_tokens':200000,'input':2.5,'output':15}],"
                + "'effective_from':'2026-12-01T00:00:00+01:00'}");

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.text())
        .isEqualTo(
            ("{'model':'acme/m1','input':1.25,'output':10,'cache_read':0,'cache_write':1.25,"
                    + "'cache_write_1h':1.25,'reasoning':null,@MEDIA,'tiers':[{"
                    + "'above_input_tokens':200000,'input':2.5,'output':15,'cache_read':2.5,"
                    + "'cache_write':2.5,'cache_write_1h':2.5,'reasoning':null,@MEDIA}],'batch':{"
                    + "'input':0.5,'output':5,'cache_read':0.5,'cache_write':0.5,"
                    + "'cache_write_1h':0.5,'reasoning':null,@MEDIA,'tiers':[]},"
                    + "'flex':null,'priority':null,'fast':null,'ultrafast':null,'fees':{},'regions':{},"
                    + "'effective_from':'2026-11-30T23:00:00Z','source':'override'}")
                .replace("@MEDIA", MEDIA)
                .replace('\'', '"'));
    assertThat(put("{'input':1,'output':2}").status()).isEqualTo(200);
    assertThat(http.get("/v1/prices/acme/m1").json().path("output").asInt()).isEqualTo(2);
    assertThat(http.get("/v1/prices").json().path("prices").findValuesAsText("model"))
        .containsExactly("acme/m1", "test-model");
    for (int i = 0; i < 2; i++) {
      TestHttp.Answer deleted = http.send("DELETE", "/v1/prices/acme/m1", null, false);
      assertThat(deleted.status()).isEqualTo(204);
      assertThat(deleted.text()).isEmpty();
      assertThat(deleted.headers()).doesNotContainKey("content-type");
    }
    assertThat(http.get("/v1/prices/acme/m1").json().path("code").asText())
        .isEqualTo("price_not_found");
  }

  @Test
  void shows_where_a_price_is_from() {
    assertThat(http.get("/v1/prices/test-model").json().path("source").asText())
        .isEqualTo("override");
    assertThat(http.get("/v1/prices/gpt-4o").json().path("source").asText())
        .contains("genai-prices");
    assertThat(http.get("/v1/prices/gpt-4o").json().path("date").asText()).isEqualTo("2026-11-25");
  }

  @Test
  void shows_which_price_a_name_gets_and_why() {
    JsonNode shown = http.get("/v1/prices/openai/o3-2031-05-06").json();
    assertThat(shown.path("model").asText()).isEqualTo("openai/o3-2031-05-06");
    assertThat(shown.path("input").decimalValue()).isEqualByComparingTo("2");
    assertThat(shown.path("batch").path("output").decimalValue()).isEqualByComparingTo("4");
    assertThat(shown.path("priority").path("input").decimalValue()).isEqualByComparingTo("3.5");
    assertThat(shown.path("fees").path("web_search").decimalValue()).isEqualByComparingTo("0.01");
    assertThat(shown.path("effective_from").asText()).isEqualTo("2025-06-10T00:00:00Z");
    assertThat(shown.path("provider").asText()).isEqualTo("openai");
    assertThat(shown.path("match").toString())
        .isEqualTo("{\"model\":\"o3\",\"by\":[\"prefix\",\"snapshot\",\"exact\"]}");
    assertThat(shown.path("source").asText()).startsWith("litellm 1.110.2, genai-prices 0.2.3");
    assertThat(http.get("/v1/prices/openai/o3:free").status()).isEqualTo(404);
  }

  @Test
  void shows_peak_hours_beside_the_price_of_now() {
    clock.set("2026-11-20T09:59:59Z");
    JsonNode peak = http.get("/v1/prices/deepseek-v4-pro").json();
    clock.set("2026-11-20T10:00:00Z");
    JsonNode offPeak = http.get("/v1/prices/deepseek-v4-pro").json();

    assertThat(peak.path("output").asText()).isEqualTo("3.96");
    assertThat(offPeak.path("output").asText()).isEqualTo("1.98");
    assertThat(offPeak.path("hours")).isEqualTo(peak.path("hours"));
    assertThat(peak.path("hours").toString())
        .isEqualTo(
            ("{'peak_hours_utc':['01:00-04:00','06:00-10:00'],"
                    + "'peak_days':['mon','tue','wed','thu','fri'],'peak':{'input':1.32,"
                    + "'output':3.96,'cache_read':0.044,'cache_write':1.32,"
                    + "'cache_write_1h':1.32,'reasoning':null,@MEDIA},'off_peak':{'input':0.66,"
                    + "'output':1.98,'cache_read':0.022,'cache_write':0.66,"
                    + "'cache_write_1h':0.66,'reasoning':null,@MEDIA}}")
                .replace("@MEDIA", MEDIA)
                .replace('\'', '"'));
    assertThat(http.get("/v1/prices/gpt-4o").json().has("hours")).isFalse();
  }

  @Test
  void a_wildcard_prices_all_names_that_start_so() {
    assertThat(http.put("/v1/prices/my-proxy/*", "{\"input\":1,\"output\":2}").status())
        .isEqualTo(201);
    var shown = http.get("/v1/prices/my-proxy/any").json();
    assertThat(shown.path("match").path("model").asText()).isEqualTo("my-proxy/*");
    assertThat(shown.path("match").path("by").path(0).asText()).isEqualTo("wildcard override");
    assertThat(http.put("/v1/prices/*", "{}").faultyFields()).containsExactly("model");
    assertThat(http.put("/v1/prices/a*b", "{}").faultyFields()).containsExactly("model");
    assertThat(http.send("DELETE", "/v1/prices/my-proxy/*", null, false).status()).isEqualTo(204);
    assertThat(http.get("/v1/prices/my-proxy/any").status()).isEqualTo(404);
  }

  @Test
  void refuses_bad_prices_and_names() {
    assertThat(put("{'input':-1,'cache_read':'x'}").faultyFields())
        .containsExactly("input", "output", "cache_read");
    assertThat(put("{'input':1,'output':1,'effective_from':'soon'}").faultyFields())
        .containsExactly("effective_from");
    assertThat(http.put("/v1/prices/a%20b", "{}").faultyFields()).containsExactly("model");
  }

  @Test
  void bears_anything() {
    FuzzRun.of(
        http,
        Call.PUT_PRICE,
        3000,
        () ->
            peras.prices().overrides().stream()
                .filter(price -> price.model().equals("guarded"))
                .toList()
                .toString());
  }

  private TestHttp.Answer put(String body) {
    return http.put("/v1/prices/acme/m1", body.replace("@MEDIA", MEDIA).replace('\'', '"'));
  }
}
