package dev.peras.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.budgets.Claim;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.detectors.Evidence;
import dev.peras.engine.detectors.Observations;
import dev.peras.engine.detectors.SpendRate;
import dev.peras.engine.detectors.StepHistories;
import dev.peras.engine.detectors.Warning;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.ModelSum;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionViewTest {
  private static final Instant START = Instant.parse("2026-11-30T21:00:00Z");
  private static final Instant NOW = Instant.parse("2026-11-30T23:30:00Z");
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  @Test
  void shows_the_whole_contract_in_its_order() {
    Session session = session(Usd.of("2.50"), Usd.of("0.75"), Standing.OK);

    assertThat(Json.write(SessionView.of(session, NOW)))
        .isEqualTo(
            ("{'session_id':'s','customer_id':'c','task':null,'model':null,'status':'open',"
                    + "'budget':2.5,'total_cost':0.75,'remaining':1.25,'held':0.5,'holds':0.5,'steps':3,"
                    + "'input_tokens':1,'output_tokens':2,'cache_read_tokens':3,"
                    + "'cache_write_tokens':4,'cache_write_1h_tokens':5,'reasoning_tokens':2,"
                    + "'total_tokens':15,'stop':false,'stop_reason':null,'warnings':[{'type':'retry_loop','message':'The"
                    + " same step came back 4 times; 3 or more count as a"
                    + " loop','step':3,'severity':'error',"
                    + "'evidence':{'repeats':4,'threshold':3},'count':2,'first_step':2,"
                    + "'last_step':3}],'calls_without_usage':0,'started_at':'2026-11-30T21:00:00Z',"
                    + "'updated_at':'2026-11-30T21:00:00Z','ended_at':null,"
                    + "'customer':{'customer_id':'c','period':'2026-12','state':'ok'}}")
                .replace('\'', '"'));
  }

  @Test
  void says_why_to_stop() {
    Standing blocked = new Standing(Standing.State.CAPPED, true);
    Standing alerted = new Standing(Standing.State.CAPPED, false);
    Usd one = Usd.of("1");

    assertThat(stopReason(session(one, Usd.of("0.99"), Standing.OK))).isNull();
    assertThat(stopReason(session(one, one, Standing.OK))).isEqualTo("session_budget_reached");
    assertThat(stopReason(session(one, one, blocked))).isEqualTo("session_budget_reached");
    assertThat(stopReason(session(null, one, blocked))).isEqualTo("customer_cap_reached");
    assertThat(stopReason(session(null, one, alerted))).isNull();
  }

  private static @Nullable String stopReason(Session session) {
    ObjectNode json = SessionView.of(session, NOW);
    String reason = json.path("stop_reason").textValue();
    assertThat(json.path("stop").booleanValue()).isEqualTo(reason != null);
    return reason;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BUDGET_EXCEEDED | 1.250 | 1 | 1 | critical | The session has cost $1.25, more than its"
            + " budget of $1 | {'total_cost':1.25,'budget':1}",
        "CONTEXT_BLOAT | 15000 | 10000 | 1.20 | warning | Context grew from 10,000 to 15,000 tokens"
            + " in one step (1.5 times; more than 1.2 times is bloat) | {'context_tokens':15000,"
            + "'previous_context_tokens':10000,'ratio':1.5,'threshold':1.2}",
        "TOKEN_ACCELERATION | 2000000 | 900000 | 2 | warning | Tokens went from 900,000 to"
            + " 2,000,000 in one step (2.2222 times; the limit is 2 times) | {'tokens':2000000,"
            + "'previous_tokens':900000,'ratio':2.2222,'threshold':2}",
        "TOOL_AMPLIFICATION | 50000 | 10000 | 5 | error | After a step with tool calls, tokens went"
            + " from 10,000 to 50,000 (5 times; the limit is 5 times) | {'tokens':50000,"
            + "'previous_tokens':10000,'ratio':5,'threshold':5}",
        "VELOCITY | 12.5 | 10 | 5 | error | The session spent $12.5 within 5 minutes; more than $10"
            + " is too fast | {'spent':12.5,'usd':10,'minutes':5}"
      })
  void explains_warnings(
      WarningType type,
      BigDecimal observed,
      BigDecimal compared,
      BigDecimal threshold,
      String severity,
      String message,
      String evidence) {
    JsonNode json =
        WarningView.of(new Warning(type, 7, new Evidence(observed, compared, threshold)));

    assertThat(json.path("type").asText()).isEqualTo(type.wireName());
    assertThat(json.path("step").asInt()).isEqualTo(7);
    assertThat(json.path("severity").asText()).isEqualTo(severity);
    assertThat(json.path("message").asText()).isEqualTo(message);
    assertThat(Json.write(json.path("evidence"))).isEqualTo(evidence.replace('\'', '"'));
  }

  private static Session session(@Nullable Usd budget, Usd spent, Standing standing) {
    Session.Terms terms =
        new Session.Terms(
            "s",
            "c",
            Session.Labels.NONE,
            null,
            budget,
            null,
            new Session.Start(START, ZoneId.of("Europe/Athens"), Hash.of("x")));
    LinkedHashMap<String, ModelSum> models = new LinkedHashMap<>();
    models.put("m", new ModelSum(3, new Tokens(1, 2, 3, 4, 5, 2), spent));
    Evidence evidence =
        new Evidence(BigDecimal.valueOf(4), BigDecimal.valueOf(3), BigDecimal.valueOf(3));
    return new Session(
        terms,
        1,
        List.of(new PeriodShare(NOVEMBER, models, new Claim(spent, spent, false, null))),
        List.of(
            new Hold("open", Usd.of("0.5"), NOVEMBER, NOW.plusSeconds(1)),
            new Hold("expired", Usd.of("9"), NOVEMBER, NOW)),
        new Observations(
            StepHistories.START,
            SpendRate.NONE,
            Map.of(WarningType.RETRY_LOOP, new WarningSum(2, 2, 3, evidence)),
            null),
        standing,
        START,
        null);
  }
}
