package dev.peras.engine.usage;

import org.jspecify.annotations.Nullable;

/**
 * One prompt and its answer: what the rates of a model apply to. Most calls are one; an agent's
 * loop on the provider's side reports several in one object, each with a context, and so a tier, of
 * its own.
 *
 * @param model null for the call's model
 * @param isSum these are the sums of several prompts, whose contexts are not known
 * @param isUndivided {@code input} may hold output, too: the sender gave nothing but a total
 */
public record Prompt(
    @Nullable String model, Tokens tokens, Media media, boolean isSum, boolean isUndivided) {

  public static Prompt of(Tokens tokens) {
    return of(tokens, Media.NONE);
  }

  public static Prompt of(Tokens tokens, Media media) {
    return new Prompt(null, tokens, media, false, false);
  }
}
