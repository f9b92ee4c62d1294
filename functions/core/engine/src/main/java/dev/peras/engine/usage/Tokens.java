package dev.peras.engine.usage;

/**
 * Token counts of one model call, or a sum of them, in disjoint buckets.
 *
 * @param input prompt tokens that no cache served or stored
 * @param output tokens the model wrote, reasoning included
 * @param cacheRead prompt tokens served from a cache
 * @param cacheWrite prompt tokens stored in a cache for the usual time (5 minutes at Anthropic)
 * @param cacheWrite1h prompt tokens stored in a cache for an hour
 * @param reasoning the part of {@code output} spent on reasoning: not a bucket of its own
 */
public record Tokens(
    long input, long output, long cacheRead, long cacheWrite, long cacheWrite1h, long reasoning) {
  public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0);

  public Tokens plus(Tokens other) {
    return new Tokens(
        input + other.input,
        output + other.output,
        cacheRead + other.cacheRead,
        cacheWrite + other.cacheWrite,
        cacheWrite1h + other.cacheWrite1h,
        reasoning + other.reasoning);
  }

  /** The whole prompt that the model read: what context tiers and growth detectors look at. */
  public long context() {
    return input + cacheRead + cacheWrite + cacheWrite1h;
  }

  public long total() {
    return context() + output;
  }
}
