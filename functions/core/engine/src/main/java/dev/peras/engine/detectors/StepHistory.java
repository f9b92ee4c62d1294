package dev.peras.engine.detectors;

import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.UsageEvent;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors remember of the steps before: the last one, and how often its prompt has come
 * in a row.
 *
 * @param repeats consecutive steps with this same prompt, the last one included; 0 where the last
 *     step named no prompt
 */
public record StepHistory(
    long context,
    long tokens,
    int toolCalls,
    @Nullable Hash prompt,
    @Nullable Hash result,
    int repeats) {

  /** The history of a session without steps. */
  public static final StepHistory START = new StepHistory(0, 0, 0, null, null, 0);

  public StepHistory next(UsageEvent event) {
    return new StepHistory(
        event.tokens().context(),
        event.tokens().total(),
        event.activity().toolCalls(),
        event.activity().prompt(),
        event.activity().result(),
        repeatsWith(event.activity()));
  }

  private int repeatsWith(Activity next) {
    if (next.prompt() == null) {
      return 0;
    }
    boolean isSamePrompt = next.prompt().equals(prompt);
    boolean isOtherResult = next.result() != null && !next.result().equals(result);
    return isSamePrompt && !isOtherResult ? repeats + 1 : 1;
  }
}
