package dev.peras.engine.usage;

import org.jspecify.annotations.Nullable;

/**
 * What an agent did in a call. It matters to detectors and has no price.
 *
 * @param toolCalls how many tools the model's answer asked for
 * @param prompt tells equal prompts apart from others; the prompt itself is never kept
 * @param result tells equal tool results apart, so that polling is not taken for a retry loop
 */
public record Activity(int toolCalls, @Nullable Hash prompt, @Nullable Hash result) {
  public static final Activity UNKNOWN = new Activity(0, null, null);
}
