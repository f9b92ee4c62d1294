package dev.peras.engine.pricing;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Tokens;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The cost of a million tokens of each bucket, in US dollars.
 *
 * @param reasoning the rate of reasoning tokens where a provider prices them apart from other
 *     output; null where they cost what output costs
 */
public record Rates(
    Usd input,
    Usd output,
    Usd cacheRead,
    Usd cacheWrite,
    Usd cacheWrite1h,
    @Nullable Usd reasoning) {

  /** Rates without a cache discount: a cache rate that is not given is the input rate, never 0. */
  public static Rates of(Usd input, Usd output) {
    return new Rates(input, output, input, input, input, null);
  }

  /** The exact cost, not rounded: rates have up to 9 decimals, so costs have up to 15. */
  public Usd costOf(Tokens tokens) {
    long plainOutput = reasoning == null ? tokens.output() : tokens.output() - tokens.reasoning();
    BigDecimal sum = times(input, tokens.input());
    sum = add(sum, output, plainOutput);
    sum = add(sum, cacheRead, tokens.cacheRead());
    sum = add(sum, cacheWrite, tokens.cacheWrite());
    sum = add(sum, cacheWrite1h, tokens.cacheWrite1h());
    if (reasoning != null) {
      sum = add(sum, reasoning, tokens.reasoning());
    }
    return new Usd(sum.movePointLeft(6));
  }

  private static BigDecimal add(BigDecimal sum, Usd rate, long count) {
    return count == 0 ? sum : sum.add(times(rate, count));
  }

  private static BigDecimal times(Usd rate, long count) {
    return rate.value().multiply(BigDecimal.valueOf(count));
  }
}
