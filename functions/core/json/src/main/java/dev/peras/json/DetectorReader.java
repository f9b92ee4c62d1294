package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.DetectorSettings.Growth;

/**
 * Reads the settings of detectors: {@code {"retry_loop": {"steps": 4}, "context_bloat": false}}.
 *
 * <p>{@code false} turns a detector off; {@code true} or an object turns it on. A setting that is
 * left out keeps the base's value.
 */
public final class DetectorReader {
  private static final Rule<Long> STEPS = Rule.integer(2, 1000);
  private static final String EITHER = "true, false or an object";

  private DetectorReader() {}

  /**
   * Reads the settings of all detectors.
   *
   * @param base for what the fields leave out
   */
  public static DetectorSettings read(Fields fields, DetectorSettings base) {
    return new DetectorSettings(
        fields.find("budget_exceeded", Rule.FLAG, base.budgetExceeded()),
        retryLoopSteps(fields, base.retryLoopSteps()),
        growth(fields, "context_bloat", base.contextBloat()),
        growth(fields, "token_acceleration", base.tokenAcceleration()),
        growth(fields, "tool_amplification", base.toolAmplification()));
  }

  private static int retryLoopSteps(Fields fields, int base) {
    JsonNode node = fields.node("retry_loop");
    if (node == null) {
      return base;
    }
    int steps = base == 0 ? DetectorSettings.DEFAULTS.retryLoopSteps() : base;
    if (node.isBoolean()) {
      return node.booleanValue() ? steps : 0;
    }
    Integer read =
        fields.object(
            "retry_loop", EITHER, rule -> rule.find("steps", STEPS, (long) steps).intValue());
    return read == null ? base : read;
  }

  private static Growth growth(Fields fields, String name, Growth base) {
    JsonNode node = fields.node(name);
    if (node == null) {
      return base;
    }
    if (node.isBoolean()) {
      return new Growth(node.booleanValue(), base.ratio(), base.minContextTokens());
    }
    Growth read =
        fields.object(
            name,
            EITHER,
            rule ->
                new Growth(
                    true,
                    rule.find("ratio", Rule.RATIO, base.ratio()),
                    rule.find("min_context_tokens", Rule.TOKENS, base.minContextTokens())));
    return read == null ? base : read;
  }
}
