package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.DetectorSettings.Growth;
import dev.peras.engine.detectors.DetectorSettings.RetryLoop;
import dev.peras.engine.detectors.DetectorSettings.Velocity;
import dev.peras.engine.detectors.StepHistory;
import java.util.function.Function;

/**
 * Reads when the detectors fire: {@code {"retry_loop": {"steps": 4}, "context_bloat": false}}.
 *
 * <p>{@code false} turns a detector off; {@code true} or an object turns it on. What is left out
 * stays as the base has it.
 */
public final class DetectorReader {
  private static final Rule<Long> STEPS = Rule.integer(2, 1000);
  private static final Rule<Long> WINDOW = Rule.integer(2, StepHistory.REMEMBERED);

  /** Up to a day. */
  private static final Rule<Long> MINUTES = Rule.integer(1, 1440);

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
        retryLoop(fields, base.retryLoop()),
        growth(fields, "context_bloat", base.contextBloat()),
        growth(fields, "token_acceleration", base.tokenAcceleration()),
        growth(fields, "tool_amplification", base.toolAmplification()),
        velocity(fields, base.velocity()));
  }

  private static RetryLoop retryLoop(Fields fields, RetryLoop base) {
    return either(
        fields,
        "retry_loop",
        base,
        flag -> new RetryLoop(flag, base.steps(), base.window(), base.stop()),
        rule ->
            new RetryLoop(
                true,
                rule.find("steps", STEPS, (long) base.steps()).intValue(),
                rule.find("window", WINDOW, (long) base.window()).intValue(),
                rule.find("stop", Rule.FLAG, base.stop())));
  }

  private static Growth growth(Fields fields, String name, Growth base) {
    return either(
        fields,
        name,
        base,
        flag -> new Growth(flag, base.ratio(), base.minContextTokens(), base.stop()),
        rule ->
            new Growth(
                true,
                rule.find("ratio", Rule.RATIO, base.ratio()),
                rule.find("min_context_tokens", Rule.TOKENS, base.minContextTokens()),
                rule.find("stop", Rule.FLAG, base.stop())));
  }

  private static Velocity velocity(Fields fields, Velocity base) {
    return either(
        fields,
        "velocity",
        base,
        flag -> new Velocity(flag, base.usd(), base.minutes(), base.stop()),
        rule ->
            new Velocity(
                true,
                rule.find("usd", Rule.BUDGET, base.usd()),
                rule.find("minutes", MINUTES, (long) base.minutes()).intValue(),
                rule.find("stop", Rule.FLAG, base.stop())));
  }

  /** Reads a flag or an object; what is neither is a fault, and the base where it is absent. */
  private static <T> T either(
      Fields fields, String name, T base, Function<Boolean, T> ofFlag, Function<Fields, T> ofRule) {
    JsonNode node = fields.node(name);
    if (node != null && node.isBoolean()) {
      return ofFlag.apply(node.booleanValue());
    }
    T read = fields.object(name, EITHER, ofRule);
    return read == null ? base : read;
  }
}
