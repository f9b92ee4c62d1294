package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an account's thresholds stand after a change, as far as that can be proved.
 *
 * <p>Every write that takes money proves where each threshold stands after it, and the proof is the
 * condition of the write: reached, since so much is booked already; or not reached, since even all
 * that may be spent stays below it, or since nothing else is loose, so that what is booked is all
 * there is. Where the cap blocks, it proves too that nothing loose can pass it by a hold.
 */
public sealed interface Judgement {
  /** It is proved. The write holds only while the proof does. */
  record Proved(AccountWrite write) implements Judgement {}

  /**
   * Other shares have claimed ahead, and may have spent it or not: they have to give back first.
   */
  record NeedsPull() implements Judgement {}

  /**
   * The cap cannot pay for the hold, and nobody has anything to give back.
   *
   * @param after the account as it would be with the hold
   * @param refusal notes that somebody was refused, as long as that is true
   */
  record Full(Account after, AccountWrite refusal) implements Judgement {}

  /** Judges a change of a share that is exact after it. */
  static Judgement ofChange(Account before, Figures change, boolean isHold) {
    return judge(before, before, change, isHold);
  }

  /** Judges an account as it is. */
  static Judgement ofState(Account before) {
    return judge(before, before, Figures.NONE, false);
  }

  /**
   * Judges an account under other limits.
   *
   * @param changed the same account under these
   */
  static Judgement ofLimits(Account before, Account changed) {
    return judge(before, changed, Figures.NONE, false);
  }

  /** An account that nothing has happened in, with the thresholds reached that are at 0. */
  static Account ofUnopened(Account unopened) {
    return ofState(unopened) instanceof Proved proved ? proved.write().after() : unopened;
  }

  /** Puts limits in force at once that cannot be judged at once. */
  static AccountWrite unjudged(Account before, Account changed) {
    return new AccountWrite(
        before,
        Figures.NONE,
        changed.with(changed.state().toBeJudged()),
        new Requirement.SameEpoch(before.state().epoch()));
  }

  /**
   * Makes a change without any proof and leaves it to whoever can prove the standing: real spend is
   * recorded even where nothing can be proved for long.
   */
  static AccountWrite unproved(Account before, Figures change) {
    Account after = before.plus(change);
    return new AccountWrite(
        before,
        change,
        after.with(after.state().toBeJudged().withNextEpoch()),
        new Requirement.All(List.of()));
  }

  /** Notes that somebody was refused since the cap is reached. */
  static AccountWrite blockedByState(Account account) {
    return blocked(account, List.of());
  }

  private static AccountWrite blocked(Account before, Figures change, Usd ceiling) {
    return blocked(
        before,
        List.of(
            new Requirement.Loose(-change.loose()),
            new Requirement.MoreThan(Requirement.Sum.CLAIMED, ceiling.minus(change.claimed()))));
  }

  private static AccountWrite blocked(Account before, List<Requirement> reasons) {
    List<Requirement> all = new ArrayList<>(reasons);
    all.add(new Requirement.SameEpoch(before.state().epoch()));
    all.add(new Requirement.NotBlocked());
    return new AccountWrite(
        before, Figures.NONE, before.with(before.state().withBlocked()), new Requirement.All(all));
  }

  private static Judgement judge(Account before, Account changed, Figures change, boolean isHold) {
    Account after = changed.plus(change);
    Figures figures = after.figures();
    boolean isLoose = figures.loose() > 0;
    Usd ceiling = after.ceiling();
    if (ceiling != null && figures.claimed().isMoreThan(ceiling)) {
      if (isLoose) {
        // A hold inside a loose claim asks nobody: so while there is one, claims stay below the
        // cap.
        return new NeedsPull();
      } else if (isHold) {
        return new Full(after, blocked(before, change, ceiling));
      }
    }
    int crossing = after.state().crossings() + 1;
    List<Threshold> states = new ArrayList<>(after.state().thresholds().size());
    boolean isUnjudged = false;
    for (Threshold threshold : after.state().thresholds()) {
      Usd amount = threshold.amount();
      if (figures.spent().isAtLeast(amount)) {
        states.add(threshold.reached(crossing));
      } else if (!isLoose || amount.isMoreThan(figures.most())) {
        states.add(threshold.recovered());
      } else if (threshold.alerting()) {
        states.add(threshold); // It was reached, and may not be any more.
        isUnjudged = true;
      } else {
        return new NeedsPull();
      }
    }
    Account judged = judged(before, after, states, isUnjudged);
    return new Proved(
        new AccountWrite(before, change, judged, proof(before, judged, change, isHold)));
  }

  private static Account judged(
      Account before, Account after, List<Threshold> states, boolean isUnjudged) {
    Account.State state = after.state();
    boolean isCrossed =
        states.stream().anyMatch(threshold -> threshold.crossing() > state.crossings());
    boolean isMoved =
        !after.terms().equals(before.terms())
            || !states.equals(before.state().thresholds())
            || isUnjudged != before.state().unjudged();
    return after.with(
        new Account.State(
            isMoved ? before.state().epoch() + 1 : before.state().epoch(),
            states,
            isCrossed ? state.crossings() + 1 : state.crossings(),
            state.tight() || isUnjudged,
            isUnjudged,
            state.blocked()));
  }

  /** What proves the states of the thresholds after a change at the moment of its write. */
  private static Requirement proof(Account before, Account after, Figures change, boolean isHold) {
    List<Requirement> all = new ArrayList<>(4);
    all.add(new Requirement.SameEpoch(before.state().epoch()));
    Requirement alone = new Requirement.Loose(-change.loose());
    Usd next = after.nextThreshold();
    if (next != null) {
      all.add(
          new Requirement.Any(
              List.of(
                  lessThan(Requirement.Sum.MOST, next.minus(change.most())),
                  new Requirement.All(
                      List.of(
                          alone, lessThan(Requirement.Sum.SPENT, next.minus(change.spent())))))));
    }
    Usd reached = highestReached(after);
    if (reached != null) {
      all.add(new Requirement.AtLeast(Requirement.Sum.SPENT, reached.minus(change.spent())));
    }
    Usd ceiling = after.ceiling();
    if (ceiling != null) {
      Requirement within =
          new Requirement.AtMost(Requirement.Sum.CLAIMED, ceiling.minus(change.claimed()));
      all.add(isHold ? within : new Requirement.Any(List.of(within, alone)));
    }
    return new Requirement.All(all);
  }

  private static Requirement lessThan(Requirement.Sum sum, Usd amount) {
    return new Requirement.LessThan(sum, amount);
  }

  /** The highest threshold that what is booked proves to be reached. */
  private static @Nullable Usd highestReached(Account after) {
    Usd highest = null;
    for (Threshold threshold : after.state().thresholds()) {
      if (threshold.alerting() && after.figures().spent().isAtLeast(threshold.amount())) {
        highest = threshold.amount();
      }
    }
    return highest;
  }
}
