package dev.peras.engine.usage;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Something that is charged beside tokens, such as a web search.
 *
 * @param kind what the price table and overrides call it: {@code web_search}
 * @param quantity how often, or how much of it
 * @param amount what all of it costs, where the sender says so; null where the model's price does
 */
public record Fee(String kind, BigDecimal quantity, @Nullable Usd amount) {

  /** So many of a kind, at the price that is in force. */
  public static Fee of(String kind, long quantity) {
    return new Fee(kind, BigDecimal.valueOf(quantity), null);
  }
}
