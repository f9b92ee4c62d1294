package dev.peras.usage;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a usage object comes to.
 *
 * @param prompts one for each prompt that it tells apart
 * @param traits null where it does not say how the call was served
 * @param bill what the provider charged; null where it does not say
 */
public record Reading(
    List<Prompt> prompts, List<Fee> fees, @Nullable CallTraits traits, @Nullable Usd bill) {
  static final Reading NONE = new Reading(List.of(), List.of(), null, null);

  public Reading {
    prompts = List.copyOf(prompts);
    fees = List.copyOf(fees);
  }
}
