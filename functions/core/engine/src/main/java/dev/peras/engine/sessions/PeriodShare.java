package dev.peras.engine.sessions;

import dev.peras.engine.money.Usd;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;

/**
 * A session's part of one month of its customer.
 *
 * @param models what it used per model in this month; at most {@value #MAX_MODELS}, the rest under
 *     {@value #OTHER_MODELS}
 * @param claimed what it has taken from the month's room: at least what is spent and held
 * @param exact the month is near a limit: the claim follows every change at once, and every change
 *     writes the account
 */
public record PeriodShare(
    YearMonth period, Map<String, ModelSum> models, Usd claimed, boolean exact) {

  public static final int MAX_MODELS = 32;
  public static final String OTHER_MODELS = "other";

  public PeriodShare {
    models = Map.copyOf(models);
  }

  public static PeriodShare none(YearMonth period) {
    return new PeriodShare(period, Map.of(), Usd.ZERO, false);
  }

  /** What its steps cost. */
  public Usd spent() {
    Usd sum = Usd.ZERO;
    for (ModelSum model : models.values()) {
      sum = sum.plus(model.cost());
    }
    return sum;
  }

  public PeriodShare withClaim(Usd newClaimed, boolean isExact) {
    return new PeriodShare(period, models, newClaimed, isExact);
  }

  public PeriodShare plus(Step step) {
    Map<String, ModelSum> sums = new HashMap<>(models);
    add(sums, step.model(), new ModelSum(1, step.tokens(), step.cost()));
    return new PeriodShare(period, sums, claimed, exact);
  }

  /** Adds to the sum of a model, or of the others where there are too many already. */
  static void add(Map<String, ModelSum> sums, String model, ModelSum sum) {
    boolean isOneTooMany = sums.size() >= MAX_MODELS && !sums.containsKey(model);
    sums.merge(isOneTooMany ? OTHER_MODELS : model, sum, ModelSum::plus);
  }
}
