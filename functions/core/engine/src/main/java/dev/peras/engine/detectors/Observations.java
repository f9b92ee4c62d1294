package dev.peras.engine.detectors;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What detectors have seen of a session so far. Immutable.
 *
 * @param histories what they remember of its agents' steps
 * @param rate what was spent lately; {@link SpendRate#NONE} where nobody asks
 * @param warnings raised so far
 * @param stoppedBy the detector that has stopped the session; null where none has
 */
public record Observations(
    StepHistories histories,
    SpendRate rate,
    Map<WarningType, WarningSum> warnings,
    @Nullable WarningType stoppedBy) {

  /** Of a session without steps. */
  public static final Observations NONE =
      new Observations(StepHistories.START, SpendRate.NONE, Map.of(), null);

  /**
   * With one more step judged.
   *
   * @param out where the warnings of the step are added
   */
  public Observations next(
      DetectorSettings settings, Judged step, Session session, List<Warning> out) {
    int first = out.size();
    StepHistories nextHistories = histories;
    if (step.tokens().total() > 0) {
      int agent = StepHistories.key(step.activity(), step.model());
      StepHistory before = histories.of(agent);
      StepHistory after = before.next(step.tokens(), step.activity());
      nextHistories = histories.with(agent, after);
      Detectors.judge(settings, step.number(), before, after, out);
    }
    SpendRate nextRate = rate;
    if (settings.velocity().enabled()) {
      nextRate = rate.plus(step.cost(), step.at(), settings.velocity());
      Detectors.judge(settings.velocity(), step.number(), nextRate.spent(), out);
    }
    Usd budget = session.budget();
    if (settings.budgetExceeded() && budget != null && session.spent().isMoreThan(budget)) {
      out.add(first, Detectors.budgetExceeded(step.number(), session.spent(), budget));
    }
    List<Warning> raised = out.subList(first, out.size());
    return new Observations(nextHistories, nextRate, summed(raised), stoppedBy(settings, raised));
  }

  /** With a step whose call reported no usage. */
  public Observations withoutUsage(long step, List<Warning> out) {
    Warning warning =
        new Warning(WarningType.CALL_WITHOUT_USAGE, step, Evidence.of(0, 0, BigDecimal.ZERO));
    out.add(warning);
    return new Observations(histories, rate, summed(List.of(warning)), stoppedBy);
  }

  /**
   * What a session comes to with a step.
   *
   * @param spent with this step
   * @param budget null for none
   */
  public record Session(Usd spent, @Nullable Usd budget) {}

  private @Nullable WarningType stoppedBy(DetectorSettings settings, List<Warning> raised) {
    if (stoppedBy != null) {
      return stoppedBy;
    }
    for (Warning warning : raised) {
      if (settings.stops(warning.type())) {
        return warning.type();
      }
    }
    return null;
  }

  private Map<WarningType, WarningSum> summed(List<Warning> raised) {
    if (raised.isEmpty()) {
      return warnings;
    }
    Map<WarningType, WarningSum> sums = new EnumMap<>(WarningType.class);
    sums.putAll(warnings);
    for (Warning warning : raised) {
      sums.merge(warning.type(), WarningSum.first(warning), (sum, first) -> sum.plus(warning));
    }
    return sums;
  }
}
