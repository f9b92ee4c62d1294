package dev.peras.engine.sessions;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Tokens;

/** The usage of one model in a session. */
public record ModelSum(long steps, Tokens tokens, Usd cost) {
  public static final ModelSum NONE = new ModelSum(0, Tokens.NONE, Usd.ZERO);

  public ModelSum plus(ModelSum other) {
    return new ModelSum(steps + other.steps, tokens.plus(other.tokens), cost.plus(other.cost));
  }
}
