package dev.peras.engine.usage;

import org.jspecify.annotations.Nullable;

/**
 * What an agent did in a call, for the detectors: it has no price. Texts are never kept: hashes
 * tell equal ones apart from others.
 *
 * @param agent which of several agents of a session made the call; null where the sender does not
 *     say
 * @param toolCalls how many tools the model's answer asked for
 * @param prompt what the model was asked last
 * @param action what the agent does next, such as a tool call with its arguments
 * @param result what came of it, so that polling is not taken for a retry loop
 */
public record Activity(
    @Nullable String agent,
    int toolCalls,
    @Nullable Hash prompt,
    @Nullable Hash action,
    @Nullable Hash result) {
  public static final Activity UNKNOWN = new Activity(0, null, null);

  /** Of an agent that is not named, whose action is not told. */
  public Activity(int toolCalls, @Nullable Hash prompt, @Nullable Hash result) {
    this(null, toolCalls, prompt, null, result);
  }
}
