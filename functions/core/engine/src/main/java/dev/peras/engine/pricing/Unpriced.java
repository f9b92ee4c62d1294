package dev.peras.engine.pricing;

/** Why a call has no price. */
public sealed interface Unpriced {
  /** Neither the event nor its session names a model, and something needs its price. */
  record NoModel() implements Unpriced {}

  record UnknownModel(String model) implements Unpriced {}

  /**
   * The tier may cost more than the ordinary one, and what it costs is not known.
   *
   * @param tier as it was sent
   */
  record UnknownTier(String model, String tier) implements Unpriced {}

  /** The region may cost more. */
  record UnknownRegion(String model, String region) implements Unpriced {}

  /**
   * Tokens of this kind cost more than text.
   *
   * @param rate what an override calls the rate that is missing
   */
  record UnknownModality(String model, String rate) implements Unpriced {}

  record UnknownFee(String model, String kind) implements Unpriced {}

  /** Counts of several prompts together: which context tier each was in can't be told. */
  record SumOfPrompts(String model) implements Unpriced {}

  /** A total alone, of a model whose output costs something else than its input. */
  record Undivided(String model) implements Unpriced {}
}
