package dev.peras.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.json.DetectorReader;
import dev.peras.json.Fault;
import dev.peras.json.Fields;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Json;
import dev.peras.json.LimitsReader;
import dev.peras.json.PriceReader;
import dev.peras.json.Rule;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Detector settings, limits and prices, as requests write them. */
class ReadersTest {
  private static final DetectorSettings BASE =
      new DetectorSettings(
          false,
          new DetectorSettings.RetryLoop(false, 3, 20, false),
          new DetectorSettings.Growth(true, new BigDecimal("1.3"), 5000, false),
          new DetectorSettings.Growth(false, new BigDecimal("3"), 6000, false),
          DetectorSettings.DEFAULTS.toolAmplification(),
          DetectorSettings.DEFAULTS.velocity());

  private static final Limits LIMITS =
      Settings.fromEnvironment(Map.of("DEFAULT_MONTHLY_CAP", "100")).defaultLimits();

  @Test
  void detectors_keep_what_is_left_out() {
    assertThat(detectors("{}")).isEqualTo(BASE);
    assertThat(detectors("{'context_bloat':{'ratio':2}}").contextBloat())
        .isEqualTo(new DetectorSettings.Growth(true, new BigDecimal("2"), 5000, false));
    assertThat(detectors("{'context_bloat':{'min_context_tokens':0}}").contextBloat())
        .isEqualTo(new DetectorSettings.Growth(true, new BigDecimal("1.3"), 0, false));
  }

  @Test
  void detectors_are_turned_on_and_off() {
    DetectorSettings read =
        detectors(
            "{'budget_exceeded':true,'retry_loop':true,'context_bloat':false,"
                + "'token_acceleration':{}}");

    assertThat(read.budgetExceeded()).isTrue();
    assertThat(read.retryLoop().enabled()).isTrue();
    assertThat(read.contextBloat().enabled()).isFalse();
    assertThat(read.tokenAcceleration())
        .isEqualTo(new DetectorSettings.Growth(true, new BigDecimal("3"), 6000, false));
    assertThat(detectors("{'retry_loop':{'steps':1000}}").retryLoop().steps()).isEqualTo(1000);
    assertThat(detectors("{'retry_loop':false}").retryLoop().enabled()).isFalse();
    assertThat(detectors("{'retry_loop':{'window':12,'stop':true}}").retryLoop())
        .isEqualTo(new DetectorSettings.RetryLoop(true, 3, 12, true));
    assertThat(detectors("{'context_bloat':{'stop':true}}").contextBloat().stop()).isTrue();
    assertThat(detectors("{'velocity':{'usd':2.5,'minutes':30,'stop':true}}").velocity())
        .isEqualTo(new DetectorSettings.Velocity(true, Usd.of("2.5"), 30, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'budget_exceeded':{}}; budget_exceeded",
        "{'retry_loop':4}; retry_loop",
        "{'retry_loop':{'steps':1}}; retry_loop.steps",
        "{'retry_loop':{'steps':2.5}}; retry_loop.steps",
        "{'retry_loop':{'step':2}}; retry_loop.step",
        "{'retry_loop':{'window':21}}; retry_loop.window",
        "{'retry_loop':{'stop':1}}; retry_loop.stop",
        "{'velocity':{'usd':-1}}; velocity.usd",
        "{'velocity':{'minutes':0}}; velocity.minutes",
        "{'velocity':10}; velocity",
        "{'context_bloat':[]}; context_bloat",
        "{'context_bloat':{'ratio':1}}; context_bloat.ratio",
        "{'tool_amplification':{'min_context_tokens':-1}}; tool_amplification.min_context_tokens",
        "{'loops':true}; loops"
      })
  void detectors_refuse(String json, String field) {
    assertThat(faults(json, fields -> DetectorReader.read(fields, BASE))).containsExactly(field);
  }

  @Test
  void limits_that_are_left_out_are_the_defaults() {
    assertThat(limits("{}")).isEqualTo(LIMITS);
    assertThat(limits("{'monthly_cap':null}").monthlyCap()).isNull();
    assertThat(limits("{'monthly_cap':0}").monthlyCap()).isEqualTo(Usd.ZERO);
    assertThat(limits("{'alert_thresholds':null}").alertThresholds()).hasSize(2);
    assertThat(limits("{'alert_thresholds':[]}").alertThresholds()).isEmpty();
  }

  @Test
  void limits_are_read() {
    Limits read =
        limits(
            "{'monthly_cap':50,'alert_thresholds':[1.5,'7%'],'on_cap':'alert','plan_price':9.99,"
                + "'time_zone':'Asia/Tokyo','idle_timeout_minutes':43200}");

    assertThat(read.monthlyCap()).isEqualTo(Usd.of("50"));
    assertThat(read.alertThresholds())
        .extracting(AlertThreshold::label)
        .containsExactly("1.5", "7%");
    assertThat(read.blocks()).isFalse();
    assertThat(read.planPrice()).isEqualTo(Usd.of("9.99"));
    assertThat(read.timeZone().getId()).isEqualTo("Asia/Tokyo");
    assertThat(read.idleTimeoutMinutes()).isEqualTo(43_200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'monthly_cap':-1}; monthly_cap",
        "{'monthly_cap':'100'}; monthly_cap",
        "{'monthly_cap':0.0000000000001}; monthly_cap",
        "{'alert_thresholds':200}; alert_thresholds",
        "{'alert_thresholds':[1,2,3,4,5,6,7,8,9,10,11]}; alert_thresholds",
        "{'alert_thresholds':[1,'x']}; alert_thresholds[1]",
        "{'alert_thresholds':[1,1.0]}; alert_thresholds",
        "{'on_cap':'stop'}; on_cap",
        "{'plan_price':-1}; plan_price",
        "{'time_zone':'EST+5'}; time_zone",
        "{'idle_timeout_minutes':0}; idle_timeout_minutes",
        "{'customer_id':'c'}; customer_id"
      })
  void limits_refuse(String json, String field) {
    assertThat(faults(json, fields -> LimitsReader.read(fields, LIMITS))).containsExactly(field);
  }

  @Test
  void a_missing_cache_rate_is_the_input_rate_of_the_same_object() {
    Price price =
        price(
            "{'input':2,'output':8,'cache_read':0.2,'reasoning':9,'batch':{'input':1,'output':4},"
                + "'tiers':[{'above_input_tokens':1000,'input':3,'output':12}]}");

    assertThat(price.rates().cacheRead()).isEqualTo(Usd.of("0.2"));
    assertThat(price.rates().cacheWrite()).isEqualTo(Usd.of("2"));
    assertThat(price.rates().cacheWrite1h()).isEqualTo(Usd.of("2"));
    assertThat(price.rates().reasoning()).isEqualTo(Usd.of("9"));
    assertThat(price.ratesFor(1, true).cacheRead()).isEqualTo(Usd.of("1"));
    assertThat(price.ratesFor(1001, false).cacheRead()).isEqualTo(Usd.of("3"));
    assertThat(price.ratesFor(1001, false).reasoning()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'output':1}; input",
        "{'input':1}; output",
        "{'input':'1','output':1}; input",
        "{'input':-1,'output':1}; input",
        "{'input':1000001,'output':1}; input",
        "{'input':0.0000000001,'output':1}; input",
        "{'input':1,'output':1,'batch':{'input':1}}; batch.output",
        "{'input':1,'output':1,'batch':{'input':1,'output':1,'batch':{}}}; batch.batch",
        "{'input':1,'output':1,'tiers':[{'input':1,'output':1}]}; tiers[0].above_input_tokens",
        "{'input':1,'output':1,'tiers':[{'above_input_tokens':5,'input':1}]}; tiers[0].output",
        "{'input':1,'output':1,'tiers':{}}; tiers",
        "{'input':1,'output':1,'inputs':1}; inputs"
      })
  void prices_refuse(String json, String field) {
    assertThat(faults(json, new PriceReader(Rule.RATE)::read)).containsExactly(field);
  }

  @Test
  void tiers_must_rise() {
    String tier = "{'above_input_tokens':5,'input':1,'output':1}";

    assertThat(
            faults(
                "{'input':1,'output':1,'tiers':[" + tier + "," + tier + "]}",
                new PriceReader(Rule.RATE)::read))
        .containsExactly("tiers[1].above_input_tokens");
  }

  private static DetectorSettings detectors(String json) {
    return read(json, fields -> DetectorReader.read(fields, BASE));
  }

  private static Limits limits(String json) {
    return read(json, fields -> LimitsReader.read(fields, LIMITS));
  }

  private static Price price(String json) {
    return read(json, new PriceReader(Rule.RATE)::read);
  }

  private static <T> T read(String json, Function<Fields, T> reader) {
    return Fields.read(Json.parseObject(json.replace('\'', '"')), reader);
  }

  private static <T> List<String> faults(String json, Function<Fields, T> reader) {
    return catchThrowableOfType(InvalidRequest.class, () -> read(json, reader)).faults().stream()
        .map(Fault::field)
        .toList();
  }
}
