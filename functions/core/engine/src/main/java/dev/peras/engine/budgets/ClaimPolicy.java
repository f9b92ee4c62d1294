package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a share's claim follows what its session spends and holds.
 *
 * <p>A share claims money ahead of spending it, so that most steps leave the account alone: it
 * takes about what it has spent so far, which makes the account's writes grow like the logarithm of
 * the spend. It takes no more than a fair part of the room below the next limit. Where that is not
 * worth it, others give back what they have claimed; then the account is tight, and every share
 * exact.
 *
 * <p>What is taken ahead is policy: the limits hold whatever this decides. That they do is proved
 * in {@link Judgement}.
 *
 * @param ahead false makes every share exact: simplest, and enough for small deployments
 */
public record ClaimPolicy(boolean ahead) {
  /** The most shares that may have claimed ahead: a first refusal has to pull all of them. */
  public static final int MAX_LOOSE = 4_800;

  /** A claim ahead is for so many steps at least, where the session has spent less than that. */
  private static final int STEPS_AHEAD = 8;

  /** A claim ahead of fewer steps is not worth its write. */
  private static final int FEWEST_STEPS = 2;

  /** All shares together may take one part in so many of the room. */
  private static final int ROOM_PARTS = 2;

  /** An account that is tight takes claims ahead again at 16 times the room that made it tight. */
  private static final int WIDE_AGAIN = 16 * FEWEST_STEPS * ROOM_PARTS;

  private static final int MEAN_DIGITS = 2;

  /** What a share's claim has to follow. */
  public enum Kind {
    /** Spend, or a hold that goes. */
    STEP,
    /** A new hold, which the cap may refuse. */
    HOLD,
    /**
     * A share that is to be exact: of an ended session, or of a window that its session has left.
     */
    EXACT
  }

  /**
   * A share that is to follow its session.
   *
   * @param claim as it is stored
   * @param spent by now
   * @param held by now, the new hold included
   * @param newHold what the new hold asks for; 0 without one
   * @param steps that it was spent in
   * @param besides what else changes in the account
   * @param hasPulled whether others have been asked to give back already
   */
  public record Wish(
      Claim claim,
      Usd spent,
      Usd held,
      Usd newHold,
      long steps,
      Kind kind,
      Figures besides,
      boolean hasPulled) {
    private Usd need() {
      return spent.plus(held);
    }

    /** About what a step costs, at least. */
    private Usd meanStep() {
      return steps == 0
          ? Usd.ZERO
          : new Usd(
              spent
                  .value()
                  .divide(
                      BigDecimal.valueOf(steps),
                      new MathContext(MEAN_DIGITS, RoundingMode.CEILING)));
    }

    private int own() {
      return claim.looseCount();
    }
  }

  /** What is to be done. */
  public sealed interface Decision {
    /** The claim moves, with this write of the account. */
    record Move(Claim claim, AccountWrite write) implements Decision {}

    /**
     * Other shares give back what they have claimed and not used; then this is decided again.
     *
     * @param isNeeded false where it only would be better
     */
    record Pull(boolean isNeeded) implements Decision {}

    /**
     * The cap refuses the hold.
     *
     * @param without the account's figures without it, exactly
     * @param refusal notes that somebody was refused, as long as that is true
     */
    record Full(Figures without, AccountWrite refusal) implements Decision {}
  }

  /** A claim of a session that enters an account and spends nothing yet. */
  public static AccountWrite enter(Account account) {
    Figures change = Figures.ofOpenedSession();
    return new AccountWrite(
        account, change, account.plus(change), new Requirement.SameEpoch(account.state().epoch()));
  }

  /** Gives back, which needs no proof: only that the session knows where the account stands. */
  private static AccountWrite giveBack(Account account, Figures change) {
    return new AccountWrite(
        account, change, account.plus(change), new Requirement.SameEpoch(account.state().epoch()));
  }

  /** Decides on the account as it was read; the write proves that it still holds. */
  public Decision decide(Account account, Wish wish) {
    Claim exact = wish.claim().exactly(wish.spent(), wish.held());
    Figures change = Figures.ofMove(wish.claim(), exact).plus(wish.besides());
    boolean mayBeLoose = ahead && wish.kind() != Kind.EXACT;
    boolean tight = account.state().tight();
    if (mayBeLoose) {
      Usd step = wish.meanStep();
      Usd room = account.plus(change).room();
      int sharers = account.figures().loose() + 1;
      boolean isOneTooMany = wish.own() == 0 && account.figures().loose() >= MAX_LOOSE;
      if (tight) {
        tight = room != null && times(step, WIDE_AGAIN * sharers).isMoreThan(room);
      } else if (step.isPositive() && !account.state().unjudged()) {
        // In a claim ahead holds may be spent before the account hears of it, so they count as
        // spend.
        Claim loose = wish.claim().ahead(wish.spent(), wish.need());
        Usd roomForClaims = account.plus(Figures.ofMove(wish.claim(), loose)).room();
        Usd extra = extra(roomForClaims, sharers, step, wish.spent());
        if (extra != null && !isOneTooMany) {
          return claimAhead(account, wish, extra);
        }
        tight = extra(room, sharers, step, wish.spent()) == null;
      }
      boolean othersAreLoose = account.figures().loose() > wish.own();
      if ((tight || isOneTooMany) && othersAreLoose && !wish.hasPulled()) {
        return new Decision.Pull(false);
      }
    }
    if (wish.kind() != Kind.HOLD && change.onlyGivesBack()) {
      return new Decision.Move(exact, giveBack(account, change));
    }
    boolean isTight = tight;
    return switch (Judgement.ofChange(account, change, wish.kind() == Kind.HOLD)) {
      case Judgement.NeedsPull pull -> new Decision.Pull(true);
      case Judgement.Full full ->
          new Decision.Full(without(full.after().figures(), wish), full.refusal());
      case Judgement.Proved proved -> new Decision.Move(exact, withTight(proved.write(), isTight));
    };
  }

  /** Records spend where nothing can be proved for too long. Its state is judged later. */
  public static Decision.Move withoutProof(Account account, Wish wish) {
    Claim exact = wish.claim().exactly(wish.spent(), wish.held());
    Figures change = Figures.ofMove(wish.claim(), exact).plus(wish.besides());
    return new Decision.Move(exact, Judgement.unproved(account, change));
  }

  private static Figures without(Figures after, Wish wish) {
    return after.plus(Figures.ofHold(wish.newHold().negated()));
  }

  private static Decision claimAhead(Account account, Wish wish, Usd extra) {
    Claim claim = wish.claim().ahead(wish.spent(), wish.need().plus(extra));
    Figures change = Figures.ofMove(wish.claim(), claim).plus(wish.besides());
    List<Requirement> all = new ArrayList<>(5);
    all.add(new Requirement.SameEpoch(account.state().epoch()));
    all.add(new Requirement.OpenToClaims());
    Usd next = account.nextThreshold();
    if (next != null) {
      all.add(new Requirement.LessThan(Requirement.Sum.MOST, next.minus(change.most())));
    }
    Usd ceiling = account.ceiling();
    if (ceiling != null) {
      all.add(new Requirement.AtMost(Requirement.Sum.CLAIMED, ceiling.minus(change.claimed())));
    }
    if (change.loose() > 0) {
      all.add(new Requirement.FewerLooseThan(MAX_LOOSE));
    }
    return new Decision.Move(
        claim, new AccountWrite(account, change, account.plus(change), new Requirement.All(all)));
  }

  /** What to claim ahead; null where it is not worth it. */
  private static @Nullable Usd extra(@Nullable Usd room, int sharers, Usd step, Usd spent) {
    Usd wanted = times(step, STEPS_AHEAD).max(spent);
    Usd fair = room == null ? wanted : room.shareOf(ROOM_PARTS * sharers);
    Usd extra = wanted.min(fair);
    return extra.isAtLeast(times(step, FEWEST_STEPS)) ? extra : null;
  }

  private static AccountWrite withTight(AccountWrite write, boolean tight) {
    Account after = write.after();
    boolean isTight = tight || after.state().unjudged();
    return new AccountWrite(
        write.before(),
        write.change(),
        after.with(after.state().withTight(isTight)),
        write.requirement());
  }

  private static Usd times(Usd amount, int count) {
    return new Usd(amount.value().multiply(BigDecimal.valueOf(count)));
  }
}
