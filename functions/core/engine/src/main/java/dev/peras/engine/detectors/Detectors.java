package dev.peras.engine.detectors;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Detects runaway behaviour in a session's last steps. */
public final class Detectors {
  private Detectors() {}

  /**
   * Judges one step.
   *
   * @param before the trail up to the previous step
   * @param after the trail with this step
   * @param spent the session's cost with this step
   * @param out where warnings are added
   */
  public static void judge(
      DetectorSettings settings,
      long step,
      StepHistory before,
      StepHistory after,
      Usd spent,
      @Nullable Usd budget,
      List<Warning> out) {
    if (settings.budgetExceeded() && budget != null && spent.isMoreThan(budget)) {
      out.add(budgetExceeded(step, spent, budget));
    }
    int loop = settings.retryLoopSteps();
    if (loop > 0 && after.repeats() >= loop) {
      Evidence evidence = Evidence.of(after.repeats(), loop, BigDecimal.valueOf(loop));
      out.add(new Warning(WarningType.RETRY_LOOP, step, evidence));
    }
    DetectorSettings.Growth bloat = settings.contextBloat();
    if (isJudged(bloat, after) && growth(after.context(), before.context(), bloat) > 0) {
      Evidence evidence = Evidence.of(after.context(), before.context(), bloat.ratio());
      out.add(new Warning(WarningType.CONTEXT_BLOAT, step, evidence));
    }
    DetectorSettings.Growth acceleration = settings.tokenAcceleration();
    if (isJudged(acceleration, after)
        && growth(after.tokens(), before.tokens(), acceleration) >= 0) {
      Evidence evidence = Evidence.of(after.tokens(), before.tokens(), acceleration.ratio());
      out.add(new Warning(WarningType.TOKEN_ACCELERATION, step, evidence));
    }
    DetectorSettings.Growth amplification = settings.toolAmplification();
    if (isJudged(amplification, after)
        && before.toolCalls() > 0
        && growth(after.tokens(), before.tokens(), amplification) >= 0) {
      Evidence evidence = Evidence.of(after.tokens(), before.tokens(), amplification.ratio());
      out.add(new Warning(WarningType.TOOL_AMPLIFICATION, step, evidence));
    }
  }

  static Warning budgetExceeded(long step, Usd spent, Usd budget) {
    Evidence evidence = new Evidence(spent.value(), budget.value(), budget.value());
    return new Warning(WarningType.BUDGET_EXCEEDED, step, evidence);
  }

  private static boolean isJudged(DetectorSettings.Growth rule, StepHistory after) {
    return rule.enabled() && after.context() >= rule.minContextTokens();
  }

  /**
   * How a figure compares with {@code ratio} times the previous one: the sign is that of a
   * comparison. Growth from nothing is no growth: a first step is never an anomaly.
   */
  private static int growth(long now, long previous, DetectorSettings.Growth rule) {
    return previous == 0
        ? -1
        : BigDecimal.valueOf(now).compareTo(rule.ratio().multiply(BigDecimal.valueOf(previous)));
  }
}
