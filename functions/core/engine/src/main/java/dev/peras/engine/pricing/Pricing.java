package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.Prompt;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prices calls: each prompt by its own context at its own model's rates, then fees. A part that may
 * cost more than the rest and has no known rate leaves the whole call without a price (invariant
 * I6). Not thread-safe; one for each call.
 */
public final class Pricing {
  private final ModelCall call;
  private final Instant at;
  private final PriceBook prices;
  private @Nullable Unpriced problem;
  private @Nullable Rates rates;
  private boolean hasSeveralRates;

  private Pricing(ModelCall call, Instant at, PriceBook prices) {
    this.call = call;
    this.at = at;
    this.prices = prices;
  }

  /** What a call comes to: a charge, or why there is none. */
  public sealed interface Result {}

  /** The call has a price. */
  public record Costs(Charge charge) implements Result {}

  /** The call has none. */
  public record Refused(Unpriced why) implements Result {}

  /**
   * The prices that a call needs.
   *
   * @param model of the call, or else of its session; null where neither names one
   */
  public static Set<PriceQuery> queries(ModelCall call, @Nullable String model, Instant at) {
    Set<PriceQuery> queries = new LinkedHashSet<>();
    for (Prompt prompt : call.prompts()) {
      String its = prompt.model() == null ? model : prompt.model();
      if (its != null) {
        queries.add(new PriceQuery(its, at));
      }
    }
    Set<String> fees = new LinkedHashSet<>();
    for (Fee fee : call.fees()) {
      if (fee.amount() == null) {
        fees.add(fee.kind());
      }
    }
    if (model != null && !fees.isEmpty()) {
      queries.add(new PriceQuery(model, at, fees));
    }
    return queries;
  }

  /** Prices a call whose model has been filled in, if there is one. */
  public static Result price(ModelCall call, Instant at, PriceBook prices) {
    Pricing pricing = new Pricing(call, at, prices);
    Usd cost = pricing.tokens().plus(pricing.fees());
    if (pricing.problem != null) {
      return new Refused(pricing.problem);
    }
    Rates rates = pricing.rates;
    return new Costs(
        rates == null || pricing.hasSeveralRates
            ? new Charge.Summed(cost)
            : new Charge.Priced(cost, rates));
  }

  private Usd tokens() {
    Usd sum = Usd.ZERO;
    for (Prompt prompt : call.prompts()) {
      String model = prompt.model() == null ? call.model() : prompt.model();
      if (model == null) {
        return refused(new Unpriced.NoModel());
      }
      Price price = prices.priceOf(model, at);
      if (price == null) {
        return refused(new Unpriced.UnknownModel(model));
      }
      Usd cost = tokens(prompt, model, price);
      if (problem != null) {
        return Usd.ZERO;
      }
      sum = sum.plus(cost);
    }
    return sum;
  }

  private Usd tokens(Prompt prompt, String model, Price price) {
    CallTraits traits = call.traits();
    Price served = price.served(traits.tier());
    if (served == null) {
      return refused(new Unpriced.UnknownTier(model, traits.tier()));
    }
    long context = prompt.tokens().context();
    Rates its = served.ratesFor(context);
    if (prompt.isSum() && served.ratesUpTo(context).size() > 1) {
      return refused(new Unpriced.SumOfPrompts(model));
    }
    if (prompt.isUndivided() && !its.output().isZero() && !its.output().equals(its.input())) {
      return refused(new Unpriced.Undivided(model));
    }
    String missing = its.media().missing(prompt.media());
    if (missing != null) {
      return refused(new Unpriced.UnknownModality(model, missing));
    }
    note(its);
    Usd cost = its.costOf(prompt.tokens(), prompt.media());
    if (traits.region() == null) {
      return cost;
    }
    BigDecimal factor = price.surcharges().regions().get(traits.region());
    return factor == null
        ? refused(new Unpriced.UnknownRegion(model, traits.region()))
        : new Usd(cost.value().multiply(factor));
  }

  private void note(Rates its) {
    hasSeveralRates |= rates != null && !rates.equals(its);
    rates = rates == null ? its : rates;
  }

  private Usd fees() {
    Usd sum = Usd.ZERO;
    for (Fee fee : call.fees()) {
      Usd amount = fee.amount() == null ? priced(fee) : fee.amount();
      sum = sum.plus(amount);
    }
    return sum;
  }

  private Usd priced(Fee fee) {
    String model = call.model();
    if (model == null) {
      return refused(new Unpriced.NoModel());
    }
    Usd one = prices.feeOf(model, fee.kind(), at);
    if (one == null) {
      return refused(
          prices.priceOf(model, at) == null
              ? new Unpriced.UnknownModel(model)
              : new Unpriced.UnknownFee(model, fee.kind()));
    }
    return new Usd(one.value().multiply(fee.quantity()));
  }

  private Usd refused(Unpriced why) {
    problem = problem == null ? why : problem;
    return Usd.ZERO;
  }
}
