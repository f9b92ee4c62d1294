package dev.peras.engine.detectors;

import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors remember of one agent's steps: the figures of the last one, and what tells the
 * last {@value #REMEMBERED} apart. Small on purpose, since it is written with every step.
 *
 * @param context of the last step, in tokens
 * @param tokens of the last step
 * @param toolCalls of the last step
 * @param signatures of the last steps, oldest first; see {@link Signature}
 * @param repeats steps in a row with this same signature, the last one included; 0 where the last
 *     step has none
 * @param result tells the last step's result apart, where no action was named with it; else 0
 * @param sameResults steps in a row with this same result
 */
public record StepHistory(
    long context,
    long tokens,
    int toolCalls,
    List<Integer> signatures,
    int repeats,
    int result,
    int sameResults) {

  /** How many steps back an agent's loops are seen. */
  public static final int REMEMBERED = 20;

  /** The longest loop, in steps, that is seen without results. */
  private static final int MAX_PERIOD = 8;

  /** From how many equal results in a row on nothing new comes of what an agent does. */
  private static final int SAME_RESULTS = 10;

  /** Of an agent without steps. */
  public static final StepHistory START = new StepHistory(0, 0, 0, List.of(), 0, 0, 0);

  public StepHistory {
    signatures = List.copyOf(signatures);
  }

  /** What a step is compared by, in an int: its kind in the upper bits, the rest of a hash. */
  static final class Signature {
    /** The step named neither prompt nor action. */
    static final int NONE = 0;

    /** A prompt or an action alone: weak evidence, since many steps begin alike. */
    private static final int ALONE = 1;

    /** A prompt and the action that it led to. */
    private static final int PAIR = 2;

    /** An action, or else a prompt, and its result: equal ones came to nothing new. */
    private static final int WITH_RESULT = 3;

    private static final int KIND_SHIFT = 30;
    private static final int HASH_BITS = (1 << KIND_SHIFT) - 1;

    private Signature() {}

    static int of(Activity activity) {
      Hash prompt = activity.prompt();
      Hash action = activity.action();
      Hash result = activity.result();
      Hash what = action == null ? prompt : action;
      if (what == null) {
        return NONE;
      }
      if (result != null) {
        return mixed(WITH_RESULT, what, result);
      }
      return action == null || prompt == null
          ? mixed(ALONE, what, what)
          : mixed(PAIR, prompt, action);
    }

    private static int mixed(int kind, Hash one, Hash other) {
      long mixed = one.high() * 31 + other.high();
      return (kind << KIND_SHIFT) | ((int) (mixed ^ (mixed >>> 32)) & HASH_BITS);
    }

    private static int kind(int signature) {
      return signature >>> KIND_SHIFT;
    }
  }

  /** With one more step. */
  StepHistory next(Tokens itsTokens, Activity activity) {
    int signature = Signature.of(activity);
    List<Integer> last = new ArrayList<>(REMEMBERED);
    last.addAll(
        signatures.size() < REMEMBERED ? signatures : signatures.subList(1, signatures.size()));
    boolean isSame = !last.isEmpty() && last.getLast() == signature;
    last.add(signature);
    int itsResult = activity.action() == null ? resultOf(activity.result()) : 0;
    return new StepHistory(
        itsTokens.context(),
        itsTokens.total(),
        activity.toolCalls(),
        last,
        signature == Signature.NONE ? 0 : isSame ? repeats + 1 : 1,
        itsResult,
        itsResult == 0 ? 0 : itsResult == result ? sameResults + 1 : 1);
  }

  /** Never 0, which stands for none. */
  private static int resultOf(@Nullable Hash result) {
    return result == null ? 0 : (int) (result.high() ^ (result.high() >>> 32)) | 1;
  }

  /**
   * How often the last step has come back, where that makes a loop; else 0.
   *
   * <p>Equal results are strong evidence, and are counted whatever lies between. Without results
   * agents repeat themselves often and get on all the same, so more is asked for: the same prompt
   * with the same action once more than {@code steps}, or a whole round of up to {@value
   * #MAX_PERIOD} steps that repeats itself.
   */
  int loop(DetectorSettings.RetryLoop rule) {
    int steps = rule.steps();
    if (sameResults >= Math.max(SAME_RESULTS, steps)) {
      return Math.max(sameResults, repeats);
    }
    int signature = signatures.isEmpty() ? Signature.NONE : signatures.getLast();
    if (signature == Signature.NONE) {
      return 0;
    }
    if (repeats >= steps) {
      return repeats;
    }
    int count = count(signature, rule.window());
    int enough =
        switch (Signature.kind(signature)) {
          case Signature.WITH_RESULT -> steps;
          case Signature.PAIR -> steps + 1;
          default -> Integer.MAX_VALUE;
        };
    return count >= enough || isRound(steps, rule.window()) ? count : 0;
  }

  private int count(int signature, int window) {
    int count = 0;
    for (int i = Math.max(0, signatures.size() - window); i < signatures.size(); i++) {
      count += signatures.get(i) == signature ? 1 : 0;
    }
    return count;
  }

  /** Whether the last steps are rounds of equal length, and the last step is in so many of them. */
  private boolean isRound(int rounds, int window) {
    for (int period = 2; period <= MAX_PERIOD; period++) {
      int needed = (rounds - 1) * period + 1;
      if (needed <= Math.min(window, signatures.size()) && repeatsEvery(period, needed)) {
        return true;
      }
    }
    return false;
  }

  private boolean repeatsEvery(int period, int needed) {
    int last = signatures.size() - 1;
    for (int i = last; i - period > last - needed; i--) {
      if (signatures.get(i) == Signature.NONE
          || !signatures.get(i).equals(signatures.get(i - period))) {
        return false;
      }
    }
    return true;
  }
}
