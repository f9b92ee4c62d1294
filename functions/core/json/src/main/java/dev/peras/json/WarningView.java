package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.detectors.Evidence;
import dev.peras.engine.detectors.Warning;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Shows warnings: the numbers that a detector compared, and a sentence for people.
 *
 * <p>Severities are those of PagerDuty, so that an alert can carry them on: {@code critical} where
 * money is gone past a limit, {@code error} where an agent very likely loops, {@code warning} for
 * anything else worth a look.
 */
public final class WarningView {
  private WarningView() {}

  /** A warning that a call raised. */
  public static ObjectNode of(Warning warning) {
    return base(warning.type(), warning.step(), warning.evidence());
  }

  /** All warnings of one type: the latest one, and how many there were. */
  public static ObjectNode of(WarningType type, WarningSum sum) {
    return base(type, sum.lastStep(), sum.last())
        .put("count", sum.count())
        .put("first_step", sum.firstStep())
        .put("last_step", sum.lastStep());
  }

  private static ObjectNode base(WarningType type, long step, Evidence evidence) {
    ObjectNode json = Json.object();
    json.put("type", type.wireName());
    json.put("message", message(type, evidence));
    json.put("step", step);
    json.put("severity", severity(type));
    json.set("evidence", evidence(type, evidence));
    return json;
  }

  private static String severity(WarningType type) {
    return switch (type) {
      case BUDGET_EXCEEDED -> "critical";
      case RETRY_LOOP, TOOL_AMPLIFICATION, VELOCITY -> "error";
      case CONTEXT_BLOAT, TOKEN_ACCELERATION, CALL_WITHOUT_USAGE -> "warning";
    };
  }

  private static String message(WarningType type, Evidence evidence) {
    String now = grouped(evidence.observed());
    String before = grouped(evidence.compared());
    String limit = plain(evidence.threshold());
    return switch (type) {
      case BUDGET_EXCEEDED ->
          "The session has cost $%s, more than its budget of $%s"
              .formatted(plain(evidence.observed()), plain(evidence.compared()));
      case RETRY_LOOP ->
          "The same step came back %s times; %s or more count as a loop".formatted(now, limit);
      case VELOCITY ->
          "The session spent $%s within %s minutes; more than $%s is too fast"
              .formatted(plain(evidence.observed()), limit, plain(evidence.compared()));
      case CONTEXT_BLOAT ->
          "Context grew from %s to %s tokens in one step (%s times; more than %s times is bloat)"
              .formatted(before, now, plain(ratio(evidence)), limit);
      case TOKEN_ACCELERATION ->
          "Tokens went from %s to %s in one step (%s times; the limit is %s times)"
              .formatted(before, now, plain(ratio(evidence)), limit);
      case TOOL_AMPLIFICATION ->
          "After a step with tool calls, tokens went from %s to %s (%s times; the limit is %s times)"
              .formatted(before, now, plain(ratio(evidence)), limit);
      case CALL_WITHOUT_USAGE ->
          "A call came without usage: its cost is not known, and not counted";
    };
  }

  private static JsonNode evidence(WarningType type, Evidence evidence) {
    ObjectNode json = Json.object();
    switch (type) {
      case BUDGET_EXCEEDED -> {
        put(json, "total_cost", evidence.observed());
        put(json, "budget", evidence.compared());
      }
      case RETRY_LOOP -> {
        put(json, "repeats", evidence.observed());
        put(json, "threshold", evidence.threshold());
      }
      case VELOCITY -> {
        put(json, "spent", evidence.observed());
        put(json, "usd", evidence.compared());
        put(json, "minutes", evidence.threshold());
      }
      case CONTEXT_BLOAT -> growth(json, evidence, "context_tokens");
      case TOKEN_ACCELERATION, TOOL_AMPLIFICATION -> growth(json, evidence, "tokens");
      case CALL_WITHOUT_USAGE -> {}
    }
    return json;
  }

  private static void growth(ObjectNode json, Evidence evidence, String name) {
    put(json, name, evidence.observed());
    put(json, "previous_" + name, evidence.compared());
    put(json, "ratio", ratio(evidence));
    put(json, "threshold", evidence.threshold());
  }

  /** Rounded for people; the comparison was exact. */
  private static BigDecimal ratio(Evidence evidence) {
    return evidence.compared().signum() == 0
        ? BigDecimal.ZERO
        : evidence.observed().divide(evidence.compared(), 4, RoundingMode.HALF_UP);
  }

  private static void put(ObjectNode json, String name, BigDecimal value) {
    json.set(name, Json.money(new Usd(value)));
  }

  private static String plain(BigDecimal value) {
    return new Usd(value).toString();
  }

  private static String grouped(BigDecimal value) {
    return String.format(Locale.ROOT, "%,d", value.longValue());
  }
}
