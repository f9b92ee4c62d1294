package dev.peras.engine.usage;

/**
 * How a model call was made, as far as its price depends on it.
 *
 * @param batch made through the provider's batch interface, which is often cheaper
 */
public record CallTraits(boolean batch) {
  public static final CallTraits PLAIN = new CallTraits(false);
  public static final CallTraits BATCH = new CallTraits(true);
}
