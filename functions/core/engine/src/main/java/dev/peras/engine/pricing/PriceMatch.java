package dev.peras.engine.pricing;

import java.util.List;

/**
 * The model that a name means, and how it was found.
 *
 * @param by what was taken off the name, outermost first, and how the rest was found
 */
public record PriceMatch(PricedModel model, ListPrice price, List<By> by) {

  /** One step from a name to a model. */
  public enum By {
    /** The table has the name. */
    EXACT,
    /** The table has it as another name of the model. */
    ALIAS,
    /** A pattern of the table matches. */
    PATTERN,
    /** A provider's prefix was taken off, such as {@code openai/}. */
    PREFIX,
    /** The id was taken from an ARN of Bedrock. */
    ARN,
    /** Bedrock's region was taken off, of a model that costs the same in all that are listed. */
    REGION,
    /** A snapshot's date or number was taken off. */
    SNAPSHOT,
    /** A variant that costs what the model costs was taken off, such as {@code [1m]}. */
    VARIANT
  }

  public PriceMatch {
    by = List.copyOf(by);
  }
}
