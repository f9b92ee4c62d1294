package dev.peras.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.money.Usd;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleTest {
  private static final Rule<String> TEXT = Rule.text(1, 3);
  private static final Rule<Usd> COST_IN_QUERY = Rule.asText(Rule.COST);

  static Stream<Arguments> accepted() {
    return cases(
        Map.ofEntries(
            Map.entry(Rule.ID, List.of("'a'", "'A.b_c:d@e-9'", "'" + "x".repeat(128) + "'")),
            Map.entry(
                Rule.MODEL,
                List.of(
                    "'openai/gpt-5'",
                    "'us.amazon.nova-lite-v1:0'",
                    "'claude-opus-4-8[1m]'",
                    "'~anthropic/claude-sonnet-latest'",
                    "'<synthetic>'",
                    "'" + "x".repeat(200) + "'")),
            Map.entry(
                Rule.ROUNDED_COST,
                List.of("0", "1e-21", "1e-999999999", "3.7500000000000003e-05", "1000000000")),
            Map.entry(Rule.FLAG, List.of("true", "false")),
            Map.entry(
                Rule.TOKENS,
                List.of("0", "-0", "1000000000", "1000.0", "1e3", "1E9", "0e999999999", "0.0")),
            Map.entry(
                Rule.BUDGET,
                List.of("0.000000000001", "1e-12", "999999999999.999999999999", "5", "1.5000")),
            Map.entry(Rule.CAP, List.of("0", "0.000000000001", "999999999999")),
            Map.entry(
                Rule.COST, List.of("0", "1e-20", "1000000000", "1000000000.00000000000000000000")),
            Map.entry(Rule.RATE, List.of("0", "0.000000001", "1000000")),
            Map.entry(Rule.RATIO, List.of("1.001", "1000", "1.2")),
            Map.entry(
                Rule.TIME,
                List.of(
                    "'2026-11-05T09:30:00Z'",
                    "'2026-11-05T09:30:00.123456789+02:00'",
                    "'2026-11-05t09:30:00z'",
                    "'1970-01-01T00:00:00Z'",
                    "'2024-02-29T00:00:00-12:00'")),
            Map.entry(Rule.ZONE, List.of("'UTC'", "'Europe/Athens'")),
            Map.entry(Rule.PERIOD, List.of("'1970-01'", "'2026-11'", "'9999-12'")),
            Map.entry(
                COST_IN_QUERY, List.of("'0'", "'1e-20'", "'1000000000'", "'5.50'", "' 5'", "'5 '")),
            Map.entry(Rule.THRESHOLD, List.of("200", "0.01", "'80%'", "'0.001%'", "'1000%'")),
            Map.entry(TEXT, List.of("'a'", "'abc'", "'\ud83d\ude00\ud83d\ude00\ud83d\ude00'"))));
  }

  static Stream<Arguments> refused() {
    return cases(
        Map.ofEntries(
            Map.entry(
                Rule.ID,
                List.of(
                    "''",
                    "'a b'",
                    "'a/b'",
                    "'é'",
                    "'a\\n'",
                    "'a\\u0000'",
                    "1",
                    "true",
                    "[]",
                    "'" + "x".repeat(129) + "'")),
            Map.entry(
                Rule.MODEL,
                List.of(
                    "''",
                    "'a b'",
                    "'a\\u00a0b'",
                    "'a\\tb'",
                    "'a\\u200bb'",
                    "'a\\ud800b'",
                    "5",
                    "'" + "x".repeat(201) + "'")),
            Map.entry(Rule.FLAG, List.of("'true'", "0", "1", "{}")),
            Map.entry(
                Rule.TOKENS,
                List.of(
                    "-1",
                    "1.5",
                    "1000000001",
                    "1e10",
                    "1e999999999",
                    "1e-999999999",
                    "'1'",
                    "true",
                    "[1]",
                    "{}",
                    "1000e2147483647",
                    "123456789012345678901234567890",
                    "0.1")),
            Map.entry(
                Rule.BUDGET,
                List.of("0", "-1", "0.0000000000001", "1e12", "1e400", "'5'", "1e-13", "true")),
            Map.entry(Rule.CAP, List.of("-0.01", "1e12", "'none'", "0.0000000000001")),
            Map.entry(Rule.ROUNDED_COST, List.of("-1e-21", "1000000000.1", "1e400", "'1'")),
            Map.entry(Rule.COST, List.of("-1e-20", "1e-21", "1000000000.1", "1e400", "'1'")),
            Map.entry(Rule.RATE, List.of("-1", "0.0000000001", "1000000.1")),
            Map.entry(Rule.RATIO, List.of("1", "1.0001", "1000.001", "0", "-2", "'2'")),
            Map.entry(
                Rule.TIME,
                List.of(
                    "'2026-11-05'",
                    "'2026-11-05T09:30:00'",
                    "'2026-11-05T09:30Z'",
                    "'2026-02-29T00:00:00Z'",
                    "'2026-13-01T00:00:00Z'",
                    "'2026-11-05T24:00:00Z'",
                    "'2026-11-05T09:30:60Z'",
                    "'2026-11-05 09:30:00Z'",
                    "'1969-12-31T23:59:59Z'",
                    "'12026-11-05T09:30:00Z'",
                    "'2026-11-05T09:30:00+25:00'",
                    "1762335000",
                    "''",
                    "'2026-11-05T09:30:00.1234567890Z'",
                    "'٢٠٢٦-11-05T09:30:00Z'")),
            Map.entry(
                Rule.PERIOD,
                List.of(
                    "'1969-12'",
                    "'2026-00'",
                    "'2026-13'",
                    "'2026-1'",
                    "'2026-11-01'",
                    "'12026-11'",
                    "'+2026-11'",
                    "'٢٠٢٦-11'",
                    "'2026'",
                    "''",
                    "202611")),
            Map.entry(
                COST_IN_QUERY,
                List.of(
                    "''",
                    "'-1'",
                    "'1e-21'",
                    "'1000000000.1'",
                    "'1e999999999'",
                    "'1e99999999999'",
                    "'NaN'",
                    "'1,5'",
                    "'1 2'",
                    "'ten'",
                    "'[1]'",
                    "'true'",
                    "'null'",
                    "5")),
            Map.entry(Rule.ZONE, List.of("'Mars/Olympus'", "'+02:00'", "''", "1", "null")),
            Map.entry(
                Rule.THRESHOLD,
                List.of(
                    "0",
                    "-1",
                    "'0%'",
                    "'0.000%'",
                    "'1000.1%'",
                    "'80'",
                    "'80 %'",
                    "'-5%'",
                    "'%'",
                    "'1e2%'",
                    "'0.0001%'",
                    "true",
                    "null")),
            Map.entry(TEXT, List.of("''", "'abcd'", "1", "'\\ud83d'", "'\\ude00\\ud83d'"))));
  }

  private static Stream<Arguments> cases(Map<Rule<?>, List<String>> cases) {
    return cases.entrySet().stream()
        .flatMap(entry ->
            entry.getValue().stream()
                .map(text -> Arguments.of(entry.getKey(), text.replace('\'', '"'))));
  }

  @ParameterizedTest
  @MethodSource
  void accepted(Rule<?> rule, String json) {
    assertThat(rule.read(Json.parse(json))).as("%s for %s", json, rule.description()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource
  void refused(Rule<?> rule, String json) {
    assertThat(rule.read(Json.parse(json))).as("%s for %s", json, rule.description()).isNull();
  }

  @Test
  void reads_times_as_utc() {
    JsonNode time = Json.text("2026-11-05T09:30:00+02:00");

    assertThat(Rule.TIME.read(time)).hasToString("2026-11-05T07:30:00Z");
  }

  @Test
  void labels_thresholds_as_people_write_them() {
    assertThat(Rule.THRESHOLD.read(Json.parse("200.00")))
        .extracting(AlertThreshold::label)
        .isEqualTo("200");
    assertThat(Rule.THRESHOLD.read(Json.text("80.50%")))
        .extracting(AlertThreshold::label)
        .isEqualTo("80.5%");
  }
}
