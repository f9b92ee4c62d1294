package dev.peras.recordusage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.OffPeak;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PricedModel;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.sessions.Recorder;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.json.PriceTable;
import dev.peras.table.MemoryTable;
import dev.peras.testing.MovableClock;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds, on a session with a budget of $1. */
class HoldTest {
  private static final String USAGE = "/v1/sessions/s/usage";

  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final MemoryTable table = new MemoryTable();
  private final Services peras = TestServices.create(clock, table);
  private final TestHttp http = http(peras);

  private static TestHttp http(Services peras) {
    RecordUsageFunction function = new RecordUsageFunction(peras);
    return new TestHttp(event -> function.handleRequest(event, TestContext.NONE));
  }

  @BeforeEach
  void start() {
    TestServices.start(peras, "s", "c");
  }

  @Test
  void holds_an_amount() {
    TestHttp.Answer answer = hold("{'hold_id':'h','amount':0.250}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text())
        .isEqualTo(
            "{'hold_id':'h','amount':0.25,'expires_at':'2026-11-23T12:10:00Z','remaining':0.75}"
                .replace('\'', '"'));
    assertThat(held()).isEqualTo(Usd.of("0.25"));
  }

  @Test
  void holds_what_a_call_may_cost() {
    TestHttp.Answer answer =
        hold(
            "{'hold_id':'h','model':'test-model','input_tokens':1000,'max_output_tokens':500,"
                + "'cache_write_tokens':10,'cache_write_1h_tokens':1,'ttl_seconds':3600}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text())
        .isEqualTo(
            ("{'hold_id':'h','amount':0.002011,'expires_at':'2026-11-23T13:00:00Z',"
                    + "'remaining':0.997989}")
                .replace('\'', '"'));
  }

  @Test
  void a_session_without_a_budget_has_nothing_remaining() {
    TestServices.start(peras, "t", "c", null);

    TestHttp.Answer answer = hold("t", "h", "5");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().path("remaining").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'hold_id':'h','amount':0.25}",
        "{'amount':25.0e-2,'hold_id':'h','ttl_seconds':600,'model':null,'input_tokens':null}"
      })
  void the_same_again_gets_the_same_answer_and_holds_nothing_more(String again) {
    TestHttp.Answer first = hold("{'hold_id':'h','amount':0.250}");
    hold("{'hold_id':'other','amount':0.5}");
    clock.advance(Duration.ofMinutes(1));

    TestHttp.Answer second = hold(again);

    assertThat(second.status()).isEqualTo(201);
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(held()).isEqualTo(Usd.of("0.75"));
  }

  @Test
  void the_same_again_is_answered_even_where_nothing_can_be_held_any_more() {
    String call = "{'hold_id':'h','input_tokens':5,'max_output_tokens':5,'model':'test-model'}";
    TestHttp.Answer first = hold(call);
    peras.sessions().end("s");
    peras.prices().delete("test-model");

    assertThat(hold(call.replace("5}", "5,'cache_write_tokens':0}")).text())
        .isEqualTo(first.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'amount':0.2500001",
        "'amount':0.25,'ttl_seconds':601",
        "'model':'test-model','input_tokens':250000,'max_output_tokens':0"
      })
  void another_hold_under_its_name_is_a_conflict(String fields) {
    hold("{'hold_id':'h','amount':0.25}");

    TestHttp.Answer answer = hold("{'hold_id':'h'," + fields + "}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("hold_exists");
    assertThat(held()).isEqualTo(Usd.of("0.25"));
  }

  @Test
  void a_budget_refuses_with_what_is_left() {
    usage("{'event_id':'e','input_tokens':0,'output_tokens':0,'cost':0.3}");
    hold("{'hold_id':'h','amount':0.5}");

    TestHttp.Answer answer = hold("{'hold_id':'i','amount':0.20000000000000000001}");

    assertThat(answer.status()).isEqualTo(402);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.text())
        .isEqualTo(
            ("{'type':'about:blank','title':'Payment Required','status':402,"
                    + "'code':'session_budget_reached','detail':'Session s has 0.2 USD left of its"
                    + " budget of 1 USD; the hold asks for 0.20000000000000000001 USD.',"
                    + "'level':'session','spent':0.3,'held':0.5,'holds':0.5,'budget':1,'remaining':0.2,"
                    + "'requested':0.20000000000000000001}")
                .replace('\'', '"'));
    assertThat(hold("{'hold_id':'i','amount':0.2}").status()).isEqualTo(201);
  }

  @Test
  void a_cap_refuses_with_what_the_customer_has_left() {
    TestServices.start(peras, "one", "capped", null);
    TestServices.start(peras, "two", "capped", null);
    cap("capped", "10", true);
    hold("one", "h", "6.5");

    TestHttp.Answer answer = hold("two", "h", "4");

    assertThat(answer.status()).isEqualTo(402);
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("Customer capped has 3.5 USD left of its cap of 10 USD for 2026-11.");
    assertThat(answer.text())
        .contains(
            "'code':'customer_cap_reached','detail':".replace('\'', '"'),
            "'level':'customer','spent':0,'held':6.5,'holds':6.5,'cap':10,'remaining':3.5,'requested':4}"
                .replace('\'', '"'));
    assertThat(hold("two", "i", "3.5").status()).isEqualTo(201);
  }

  @Test
  void a_cap_that_only_alerts_refuses_nothing() {
    TestServices.start(peras, "t", "free", null);
    cap("free", "0", false);

    assertThat(hold("t", "h", "5").status()).isEqualTo(201);
  }

  @Test
  void a_session_has_at_most_100_open_holds() {
    for (int i = 0; i < 100; i++) {
      assertThat(hold("{'hold_id':'h" + i + "','amount':0.001}").status()).isEqualTo(201);
    }

    TestHttp.Answer answer = hold("{'hold_id':'one-more','amount':0.001}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("too_many_holds");
    clock.advance(Duration.ofMinutes(10));
    assertThat(hold("{'hold_id':'one-more','amount':0.001}").status()).isEqualTo(201);
  }

  @Test
  void an_ended_session_holds_nothing() {
    hold("{'hold_id':'h','amount':0.5}");
    peras.sessions().end("s");

    TestHttp.Answer answer = hold("{'hold_id':'i','amount':0.5}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("session_ended");
    assertThat(held()).isEqualTo(Usd.ZERO);
  }

  @Test
  void does_not_know_the_session() {
    for (TestHttp.Answer answer :
        List.of(
            http.post("/v1/sessions/none/holds", "{\"hold_id\":\"h\",\"amount\":1}"),
            http.send("DELETE", "/v1/sessions/none/holds/h", null, false))) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.json().path("code").asText()).isEqualTo("session_not_found");
    }
  }

  @Test
  void names_the_model_that_has_no_price() {
    TestHttp.Answer unknown =
        hold("{'hold_id':'h','model':'acme/new','input_tokens':1,'max_output_tokens':1}");
    TestHttp.Answer none = hold("{'hold_id':'h','input_tokens':1,'max_output_tokens':1}");

    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.json().path("code").asText()).isEqualTo("unknown_model");
    assertThat(unknown.faultyFields()).containsExactly("model");
    assertThat(none.status()).isEqualTo(422);
    assertThat(none.faultyFields()).containsExactly("model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{'amount':1}; hold_id",
        "{'hold_id':'a b','amount':1}; hold_id",
        "{'hold_id':7,'amount':1}; hold_id",
        "{'hold_id':'h'}; amount",
        "{'hold_id':'h','amount':null,'ttl_seconds':5}; amount",
        "{'hold_id':'h','amount':-1e-20}; amount",
        "{'hold_id':'h','amount':1e-21}; amount",
        "{'hold_id':'h','amount':1000000000.1}; amount",
        "{'hold_id':'h','amount':1e999999999}; amount",
        "{'hold_id':'h','amount':'1'}; amount",
        "{'hold_id':'h','amount':1,'input_tokens':1}; input_tokens",
        "{'hold_id':'h','amount':1,'model':'test-model'}; model",
        "{'hold_id':'h','amount':1,'max_output_tokens':0}; max_output_tokens",
        "{'hold_id':'h','amount':1,'cache_write_tokens':0}; cache_write_tokens",
        "{'hold_id':'h','amount':1,'cache_write_1h_tokens':0}; cache_write_1h_tokens",
        "{'hold_id':'h','model':'test-model','input_tokens':1}; max_output_tokens",
        "{'hold_id':'h','max_output_tokens':1}; input_tokens",
        "{'hold_id':'h','model':'test-model'}; input_tokens,max_output_tokens",
        "{'hold_id':'h','input_tokens':1.5,'max_output_tokens':1}; input_tokens",
        "{'hold_id':'h','input_tokens':1,'max_output_tokens':-1}; max_output_tokens",
        "{'hold_id':'h','input_tokens':1,'max_output_tokens':1,'cache_write_tokens':true};"
            + " cache_write_tokens",
        "{'hold_id':'h','input_tokens':1,'max_output_tokens':1,'cache_write_1h_tokens':1e10};"
            + " cache_write_1h_tokens",
        "{'hold_id':'h','input_tokens':1,'max_output_tokens':1,'model':''}; model",
        "{'hold_id':'h','input_tokens':1,'max_output_tokens':1,'output_tokens':1}; output_tokens",
        "{'hold_id':'h','amount':1,'ttl_seconds':0}; ttl_seconds",
        "{'hold_id':'h','amount':1,'ttl_seconds':3601}; ttl_seconds",
        "{'hold_id':'h','amount':1,'ttl_seconds':0.5}; ttl_seconds",
        "{'hold_id':'h','amount':1,'x':0}; x"
      })
  void refuses_bad_input(String body, String fields) {
    String before = state();

    TestHttp.Answer answer = hold(body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_request");
    assertThat(String.join(",", answer.faultyFields())).isEqualTo(fields);
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void releases() {
    hold("{'hold_id':'h','amount':0.9}");

    for (String holdId : List.of("h", "h", "never-asked-for")) {
      TestHttp.Answer answer = release(holdId);
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.text()).isEmpty();
    }
    assertThat(held()).isEqualTo(Usd.ZERO);
    assertThat(release("a%20b").faultyFields()).containsExactly("hold_id");
    assertThat(release("h?force=1").faultyFields()).containsExactly("force");
  }

  @Test
  void a_hold_that_comes_after_its_release_is_not_granted() {
    release("h");

    TestHttp.Answer answer = hold("{'hold_id':'h','amount':0.5}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("hold_exists");
    assertThat(held()).isEqualTo(Usd.ZERO);
  }

  @Test
  void what_another_process_released_can_be_held_again_at_once() {
    TestHttp other = http(TestServices.create(clock, table));
    hold("{'hold_id':'h','amount':1}");
    other.send("DELETE", "/v1/sessions/s/holds/h", null, false);

    assertThat(hold("{'hold_id':'i','amount':1}").status()).isEqualTo(201);
  }

  @Test
  void what_another_process_released_of_the_cap_can_be_held_again_at_once() {
    TestHttp other = http(TestServices.create(clock, table));
    TestServices.start(peras, "t", "capped", null);
    cap("capped", "10", true);
    hold("t", "h", "10");
    other.send("DELETE", "/v1/sessions/t/holds/h", null, false);

    assertThat(hold("t", "i", "10").status()).isEqualTo(201);
  }

  @Test
  void L10_a_cancelled_calls_hold_is_free_again_when_released_or_expired() {
    hold("{'hold_id':'cancelled','amount':0.805,'ttl_seconds':60}");
    assertThat(hold("{'hold_id':'next','amount':0.8}").status()).isEqualTo(402);

    clock.advance(Duration.ofSeconds(60));

    assertThat(held()).isEqualTo(Usd.ZERO);
    assertThat(hold("{'hold_id':'next','amount':0.8}").status()).isEqualTo(201);
    release("next");
    assertThat(hold("{'hold_id':'last','amount':1}").status()).isEqualTo(201);
  }

  @Test
  void L11_usage_settles_its_hold_also_after_it_expired() {
    hold("{'hold_id':'a','amount':0.5}");
    TestHttp.Answer settled = usage(settling("e", "0.2", "a"));

    assertThat(settled.json().path("held").decimalValue()).isEqualByComparingTo("0");
    assertThat(settled.json().path("remaining").decimalValue()).isEqualByComparingTo("0.8");

    hold("{'hold_id':'b','amount':0.5,'ttl_seconds':1}");
    clock.advance(Duration.ofSeconds(1));
    TestHttp.Answer late = usage(settling("f", "0.3", "b"));

    assertThat(late.status()).isEqualTo(200);
    assertThat(late.json().path("total_cost").decimalValue()).isEqualByComparingTo("0.5");
    assertThat(late.json().path("held").decimalValue()).isEqualByComparingTo("0");
  }

  @Test
  void L12_a_call_never_costs_more_than_was_held_for_it() {
    TestServices.start(peras, "t", "c", null);
    SplittableRandom random = new SplittableRandom(12);
    List<String> models = List.of("claude-sonnet-4-5", "gpt-5", "gemini-2.5-pro", "test-model");
    for (int i = 0; i < 500; i++) {
      String model = models.get(random.nextInt(models.size()));
      long input = random.nextLong(400_000);
      long output = random.nextLong(60_000);
      long write = random.nextInt(2) * random.nextLong(100_000);
      long write1h = random.nextInt(2) * random.nextLong(100_000);
      String tokens =
          "'model':'%s','input_tokens':%d,'cache_write_tokens':%d,'cache_write_1h_tokens':%d"
              .formatted(model, input, write, write1h);
      TestHttp.Answer held =
          post("holds", "{'hold_id':'h%d',%s,'max_output_tokens':%d}".formatted(i, tokens, output));
      assertThat(held.status()).as(held.text()).isEqualTo(201);
      long reasoning = output == 0 ? 0 : random.nextLong(output);
      TestHttp.Answer used =
          post(
              "usage",
              "{'event_id':'e%d','hold_id':'h%d',%s,'output_tokens':%d,'reasoning_tokens':%d}"
                  .formatted(i, i, tokens, output, reasoning));

      assertThat(used.status()).as(used.text()).isEqualTo(200);
      BigDecimal cost = used.json().path("events").path(0).path("cost").decimalValue();
      BigDecimal amount = held.json().path("amount").decimalValue();
      assertThat(cost).as("%s %s", tokens, output).isLessThanOrEqualTo(amount);
      if (model.equals("test-model")) {
        assertThat(cost).as("without tiers").isEqualByComparingTo(amount);
      }
    }
  }

  @Test
  void L12_a_price_that_rises_while_a_hold_stands_is_held_for() {
    Price dearer = Price.of(Rates.of(Usd.of("100"), Usd.of("200")));
    peras.prices().put("gpt-5", dearer, clock.instant().plus(Duration.ofMinutes(12)));
    TestServices.start(peras, "t", "c", null);
    String tokens = "'hold_id':'h%d','model':'gpt-5','input_tokens':1000,";

    String shortHold = tokens.formatted(1) + "'max_output_tokens':500,'ttl_seconds':60}";
    String longHold = tokens.formatted(2) + "'max_output_tokens':500,'ttl_seconds':900}";
    TestHttp.Answer before = post("holds", "{" + shortHold);
    TestHttp.Answer across = post("holds", "{" + longHold);
    clock.advance(Duration.ofMinutes(12));
    TestHttp.Answer used =
        post("usage", "{'event_id':'e'," + tokens.formatted(2) + "'output_tokens':500}");

    assertThat(before.json().path("amount").decimalValue()).isEqualByComparingTo("0.00625");
    assertThat(across.json().path("amount").decimalValue()).isEqualByComparingTo("0.2");
    assertThat(used.json().path("total_cost").decimalValue()).isEqualByComparingTo("0.2");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T00:30:00Z, 0.0033, 0.0033",
    "2026-11-20T03:30:00Z, 0.0033, 0.00165",
    "2026-11-20T04:10:00Z, 0.00165, 0.00165",
    "2026-11-20T04:02:00Z, 0.0033, 0.00165", // a clock may be five minutes behind
    "2026-11-20T05:00:00Z, 0.0033, 0.00165", // a clock may be five minutes ahead
    "2026-11-21T00:30:00Z, 0.00165, 0.00165", // a Saturday
  })
  void L12_a_hold_across_the_edge_of_peak_hours_is_for_the_dearer_side(
      String start, String amount, String cost) {
    clock.set(start);
    TestServices.start(peras, "t", "c", null);
    String tokens = "'hold_id':'h','model':'deepseek-v4-pro','input_tokens':1000,";

    TestHttp.Answer held =
        post("holds", "{" + tokens + "'max_output_tokens':500,'ttl_seconds':3600}");
    clock.advance(Duration.ofMinutes(40));
    TestHttp.Answer used = post("usage", "{'event_id':'e'," + tokens + "'output_tokens':500}");

    assertThat(held.json().path("amount").decimalValue()).isEqualByComparingTo(amount);
    assertThat(used.json().path("total_cost").decimalValue()).isEqualByComparingTo(cost);
  }

  /** Else a price could rise and fall again between the moments that a hold looks at. */
  @Test
  void L12_no_peak_of_the_table_is_as_short_as_the_longest_hold() {
    Duration longest =
        Duration.ofSeconds(HoldReader.MAX_TTL_SECONDS).plus(Recorder.CLOCK_SKEW.multipliedBy(2));
    int peaks = 0;
    for (PricedModel model : PriceTable.shipped().models()) {
      for (ListPrice price : model.prices()) {
        OffPeak offPeak = price.offPeak();
        if (offPeak != null) {
          peaks++;
          assertThat(offPeak.price().rates().output())
              .as(model.name())
              .isLessThan(price.price().rates().output());
          assertThat(offPeak.peakHours())
              .as(model.name())
              .allMatch(h -> Duration.between(h.from(), h.to()).compareTo(longest) > 0);
        }
      }
    }
    assertThat(peaks).isPositive();
  }

  /** At each tier's edge and one above, for what a cache served or stored, reasoning and batch. */
  @Test
  void L12_no_model_of_the_table_settles_for_more_than_was_held() throws IOException {
    TestServices.start(peras, "t", "c", null);
    int calls = 0;
    for (JsonNode row : table().path("prices")) {
      Set<Long> prompts = new TreeSet<>(Set.of(0L, 1_000_000L));
      for (JsonNode bound : row.findValues("above_input_tokens")) {
        prompts.addAll(List.of(bound.asLong(), bound.asLong() + 1));
      }
      for (long prompt : prompts) {
        for (String used : settlements(prompt)) {
          calls++;
          neverCostsMoreThanHeld(row.path("model").asText(), prompt, "" + calls, used);
        }
      }
    }
    assertThat(calls).isGreaterThan(1000);
  }

  private static JsonNode table() throws IOException {
    try (InputStream table = Price.class.getResourceAsStream("prices.json")) {
      return new ObjectMapper().readTree(table);
    }
  }

  /** Ways to settle a prompt whose tenths may be written to a cache for minutes and an hour. */
  private static List<String> settlements(long prompt) {
    long tenth = prompt / 10;
    long rest = prompt - 2 * tenth;
    String written = ",'cache_write_tokens':%d,'cache_write_1h_tokens':%d".formatted(tenth, tenth);
    String plain = "'input_tokens':%d".formatted(rest) + written;
    return List.of(
        plain,
        plain + ",'batch':true",
        plain + ",'reasoning_tokens':5000",
        "'input_tokens':%d,'batch':true".formatted(prompt),
        "'input_tokens':0,'cache_read_tokens':%d".formatted(prompt),
        "'input_tokens':0,'cache_read_tokens':%d,'batch':true".formatted(rest) + written);
  }

  private void neverCostsMoreThanHeld(String model, long prompt, String id, String used) {
    long tenth = prompt / 10;
    TestHttp.Answer held =
        post(
            "holds",
            ("{'hold_id':'%s','model':'%s','input_tokens':%d,'cache_write_tokens':%d,"
                    + "'cache_write_1h_tokens':%d,'max_output_tokens':5000}")
                .formatted(id, model, prompt - 2 * tenth, tenth, tenth));
    TestHttp.Answer settled =
        post(
            "usage",
            "{'event_id':'%s','hold_id':'%s','model':'%s','output_tokens':5000,%s}"
                .formatted(id, id, model, used));

    assertThat(settled.status()).as(settled.text()).isEqualTo(200);
    assertThat(settled.json().path("events").path(0).path("cost").decimalValue())
        .as("%s: %s", model, used)
        .isLessThanOrEqualTo(held.json().path("amount").decimalValue());
  }

  @Test
  void L13_a_call_that_costs_nothing_is_never_blocked() {
    usage("{'event_id':'e','input_tokens':0,'output_tokens':0,'cost':2}");
    cap("c", "1", true);

    TestHttp.Answer answer = hold("{'hold_id':'h','amount':0}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text())
        .isEqualTo(
            "{'hold_id':'h','amount':0,'expires_at':'2026-11-23T12:10:00Z','remaining':0}"
                .replace('\'', '"'));
    assertThat(hold("{'hold_id':'i','amount':1e-20}").status()).isEqualTo(402);
  }

  @Test
  void L17_usage_of_a_client_that_hung_up_is_billed_when_it_is_reported() {
    hold("{'hold_id':'h','amount':0.9}");
    release("h"); // The client hung up; the provider charged all the same.
    hold("{'hold_id':'i','amount':0.9}");

    TestHttp.Answer late = usage(settling("e", "0.9", "h"));

    assertThat(late.status()).isEqualTo(200);
    assertThat(late.json().path("total_cost").decimalValue()).isEqualByComparingTo("0.9");
    assertThat(late.json().path("held").decimalValue()).isEqualByComparingTo("0.9");
    assertThat(hold("{'hold_id':'j','amount':0.1}").status()).isEqualTo(402);
  }

  @Test
  void L18_a_call_that_used_nothing_costs_nothing_whatever_was_held() {
    hold("{'hold_id':'h','model':'test-model','input_tokens':1000,'max_output_tokens':1000}");

    TestHttp.Answer answer =
        usage(
            "{'event_id':'e','hold_id':'h','model':'test-model','input_tokens':0,"
                + "'output_tokens':0}");

    assertThat(answer.json().path("total_cost").decimalValue()).isEqualByComparingTo("0");
    assertThat(answer.json().path("held").decimalValue()).isEqualByComparingTo("0");
    assertThat(answer.json().path("steps").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"HOLD", "RELEASE_HOLD"})
  void bears_anything(Call call) {
    TestServices.start(peras, "guarded", "guarded");
    TestServices.start(peras, "scratch", "scratch");

    FuzzRun.of(http, call, 4000, () -> peras.sessions().get("guarded").toString());
  }

  private static String settling(String eventId, String cost, String holdId) {
    return "{'event_id':'%s','input_tokens':1,'output_tokens':1,'cost':%s,'hold_id':'%s'}"
        .formatted(eventId, cost, holdId);
  }

  private TestHttp.Answer hold(String body) {
    return http.post("/v1/sessions/s/holds", body.replace('\'', '"'));
  }

  private TestHttp.Answer hold(String sessionId, String holdId, String amount) {
    String body = "{\"hold_id\":\"%s\",\"amount\":%s}".formatted(holdId, amount);
    return http.post("/v1/sessions/" + sessionId + "/holds", body);
  }

  /** Sends to session t. */
  private TestHttp.Answer post(String what, String body) {
    return http.post("/v1/sessions/t/" + what, body.replace('\'', '"'));
  }

  private void cap(String customerId, String cap, boolean blocks) {
    Limits defaults = peras.customers().defaults();
    peras
        .customers()
        .put(
            customerId,
            new Limits(
                Usd.of(cap),
                defaults.alertThresholds(),
                blocks,
                null,
                defaults.timeZone(),
                defaults.idleTimeoutMinutes(),
                0));
  }

  private TestHttp.Answer usage(String body) {
    return http.post(USAGE, body.replace('\'', '"'));
  }

  private TestHttp.Answer release(String holdId) {
    return http.send("DELETE", "/v1/sessions/s/holds/" + holdId, null, false);
  }

  private Usd held() {
    return peras.sessions().get("s").held(clock.instant());
  }

  private String state() {
    return peras.sessions().get("s") + "" + peras.customers().get("c");
  }
}
