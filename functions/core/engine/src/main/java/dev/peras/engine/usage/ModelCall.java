package dev.peras.engine.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model call, as far as its price depends on it.
 *
 * @param model null for the session's model
 * @param prompts one for most calls; none where only fees or a cost are reported
 * @param fees what is charged beside tokens
 */
public record ModelCall(
    @Nullable String model, List<Prompt> prompts, List<Fee> fees, CallTraits traits) {

  public ModelCall {
    prompts = List.copyOf(prompts);
    fees = List.copyOf(fees);
  }

  /** A call of one prompt, without fees. */
  public ModelCall(@Nullable String model, Tokens tokens, CallTraits traits) {
    this(model, List.of(Prompt.of(tokens)), List.of(), traits);
  }

  /** The same call, with its model filled in. */
  public ModelCall of(String filledIn) {
    return new ModelCall(filledIn, prompts, fees, traits);
  }

  /** What all prompts used together. */
  public Tokens tokens() {
    if (prompts.size() == 1) {
      return prompts.getFirst().tokens();
    }
    Tokens sum = Tokens.NONE;
    for (Prompt prompt : prompts) {
      sum = sum.plus(prompt.tokens());
    }
    return sum;
  }

  public Media media() {
    if (prompts.size() == 1) {
      return prompts.getFirst().media();
    }
    Media sum = Media.NONE;
    for (Prompt prompt : prompts) {
      sum = sum.plus(prompt.media());
    }
    return sum;
  }
}
