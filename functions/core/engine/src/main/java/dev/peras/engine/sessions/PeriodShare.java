package dev.peras.engine.sessions;

import dev.peras.engine.budgets.Claim;
import dev.peras.engine.money.Usd;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;

/**
 * A session's part of one month of its customer.
 *
 * @param models what it used per model in this month; at most {@value #MAX_MODELS}, the rest under
 *     {@value #OTHER_MODELS}
 * @param claim what it has claimed of the month's account, and told it
 */
public record PeriodShare(YearMonth period, Map<String, ModelSum> models, Claim claim) {

  public static final int MAX_MODELS = 32;
  public static final String OTHER_MODELS = "other";

  public PeriodShare {
    models = Map.copyOf(models);
  }

  public static PeriodShare none(YearMonth period) {
    return new PeriodShare(period, Map.of(), Claim.NONE);
  }

  /** What its steps cost. */
  public Usd spent() {
    Usd sum = Usd.ZERO;
    for (ModelSum model : models.values()) {
      sum = sum.plus(model.cost());
    }
    return sum;
  }

  /** How many steps it has. */
  public long steps() {
    long steps = 0;
    for (ModelSum model : models.values()) {
      steps += model.steps();
    }
    return steps;
  }

  /** What it has spent that the account does not know of. */
  public Usd notBooked() {
    return spent().minus(claim.booked());
  }

  public PeriodShare withClaim(Claim changed) {
    return new PeriodShare(period, models, changed);
  }

  public PeriodShare plus(Step step) {
    Map<String, ModelSum> sums = new HashMap<>(models);
    add(sums, step.model(), new ModelSum(1, step.tokens(), step.cost()));
    return new PeriodShare(period, sums, claim);
  }

  /** Adds to the sum of a model, or of the others where there are too many already. */
  static void add(Map<String, ModelSum> sums, String model, ModelSum sum) {
    boolean isOneTooMany = sums.size() >= MAX_MODELS && !sums.containsKey(model);
    sums.merge(isOneTooMany ? OTHER_MODELS : model, sum, ModelSum::plus);
  }
}
