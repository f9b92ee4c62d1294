package dev.peras.engine.detectors;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.util.List;

/** Finds runaway behaviour in an agent's last steps. */
final class Detectors {
  private Detectors() {}

  /**
   * Judges one step of an agent.
   *
   * @param before the agent's history up to its previous step
   * @param after its history with this step
   * @param out where warnings are added
   */
  static void judge(
      DetectorSettings settings,
      long step,
      StepHistory before,
      StepHistory after,
      List<Warning> out) {
    DetectorSettings.RetryLoop loop = settings.retryLoop();
    int times = loop.enabled() ? after.loop(loop) : 0;
    if (times > 0) {
      Evidence evidence = Evidence.of(times, loop.steps(), BigDecimal.valueOf(loop.steps()));
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

  /** Judges how fast money is spent. */
  static void judge(DetectorSettings.Velocity rule, long step, Usd spentLately, List<Warning> out) {
    if (spentLately.isMoreThan(rule.usd())) {
      Evidence evidence =
          new Evidence(spentLately.value(), rule.usd().value(), BigDecimal.valueOf(rule.minutes()));
      out.add(new Warning(WarningType.VELOCITY, step, evidence));
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
