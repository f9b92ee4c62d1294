package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One window of one budget, such as a customer's month. Immutable.
 *
 * <p>Always: {@code spent <= real spend <= most <= claimed}, and real spend and holds together are
 * at most {@code claimed}. With nothing loose, {@code spent} is the real spend.
 *
 * @param version grows with every stored change; 0 where nothing is stored. No write depends on it:
 *     it tells two reads that are the same from two that are not
 */
public record Account(AccountKey key, long version, Figures figures, Terms terms, State state) {

  /**
   * What limits it.
   *
   * @param cap in force, top-ups included; null for none
   * @param blocks whether reaching the cap stops agents
   * @param topUps what was added to the cap in this window
   * @param limitsVersion of the limits that this was made from
   */
  public record Terms(@Nullable Usd cap, boolean blocks, Usd topUps, long limitsVersion) {}

  /**
   * Where it stands. Everything here but {@code tight} and {@code blocked} changes with the epoch.
   *
   * @param epoch grows when limits or threshold states change: between two changes of it the
   *     standing is the same
   * @param thresholds by rising amount; the cap is one of them
   * @param crossings the number of the last crossing of any threshold
   * @param tight near a limit: no share claims ahead
   * @param unjudged limits or spend have moved, and the states of the thresholds are not proved yet
   * @param blocked somebody has been refused under these limits
   */
  public record State(
      long epoch,
      List<Threshold> thresholds,
      int crossings,
      boolean tight,
      boolean unjudged,
      boolean blocked) {
    public State {
      thresholds = List.copyOf(thresholds);
    }

    State withTight(boolean isTight) {
      return new State(epoch, thresholds, crossings, isTight, unjudged, blocked);
    }

    State withBlocked() {
      return new State(epoch, thresholds, crossings, tight, unjudged, true);
    }

    /** Not proved, and closed to claims ahead until it is. */
    State toBeJudged() {
      return new State(epoch, thresholds, crossings, true, true, blocked);
    }

    State withNextEpoch() {
      return new State(epoch + 1, thresholds, crossings, tight, unjudged, blocked);
    }
  }

  /** A window that nothing has happened in yet. */
  public static Account open(AccountKey key, Limits limits) {
    State fresh = new State(0, List.of(), 0, false, false, false);
    Account unopened =
        new Account(key, 0, Figures.NONE, new Terms(null, true, Usd.ZERO, 0), fresh)
            .withLimits(limits, Usd.ZERO);
    // Nothing is spent, and a limit of nothing is reached by that.
    boolean isReached = unopened.thresholds().stream().anyMatch(t -> t.amount().isZero());
    return isReached ? Judgement.ofUnopened(unopened) : unopened;
  }

  public String customerId() {
    return key.customerId();
  }

  public YearMonth period() {
    return key.period();
  }

  public @Nullable Usd cap() {
    return terms.cap();
  }

  /** The most that may be spent and held; null where nothing limits it. */
  public @Nullable Usd ceiling() {
    return terms.blocks() ? terms.cap() : null;
  }

  public List<Threshold> thresholds() {
    return state.thresholds();
  }

  public Standing standing() {
    Standing.State worst = Standing.State.OK;
    for (Threshold threshold : state.thresholds()) {
      if (threshold.alerting()) {
        Standing.State its = threshold.isCap() ? Standing.State.CAPPED : Standing.State.ALERTING;
        worst = its.compareTo(worst) > 0 ? its : worst;
      }
    }
    return new Standing(worst, terms.blocks() && worst == Standing.State.CAPPED);
  }

  /** The amount of the lowest threshold that is not reached; null where all are. */
  public @Nullable Usd nextThreshold() {
    for (Threshold threshold : state.thresholds()) {
      if (!threshold.alerting()) {
        return threshold.amount();
      }
    }
    return null;
  }

  /** Whether its figures are exact: nobody may spend without its hearing of it. */
  public boolean isExact() {
    return figures.loose() == 0;
  }

  /** Whether anything is left below the next threshold and a cap that blocks. */
  public boolean hasRoom() {
    Usd room = room();
    return room == null || room.isPositive();
  }

  /** What is left below the next threshold and a cap that blocks; null where there is neither. */
  @Nullable Usd room() {
    Usd next = nextThreshold();
    Usd ceiling = ceiling();
    Usd belowNext = next == null ? null : next.minus(figures.most());
    Usd belowCeiling = ceiling == null ? null : ceiling.minus(figures.claimed());
    return belowNext == null || belowCeiling == null
        ? (belowNext == null ? belowCeiling : belowNext)
        : belowNext.min(belowCeiling);
  }

  public Account withoutTight() {
    return with(state.withTight(false));
  }

  public @Nullable Threshold threshold(String label) {
    for (Threshold threshold : state.thresholds()) {
      if (threshold.label().equals(label)) {
        return threshold;
      }
    }
    return null;
  }

  Account plus(Figures change) {
    return new Account(key, version, figures.plus(change), terms, state);
  }

  Account with(State other) {
    return new Account(key, version, figures, terms, other);
  }

  /**
   * Under other limits. A threshold that keeps its label keeps its state until it is judged by its
   * new amount. One that goes leaves nothing: later crossings have higher numbers all the same.
   */
  public Account withLimits(Limits limits, Usd topUps) {
    Usd cap = limits.monthlyCap() == null ? null : limits.monthlyCap().plus(topUps);
    List<Threshold> marks = new ArrayList<>();
    for (AlertThreshold alert : limits.alertThresholds()) {
      Usd amount = alert.amount(cap);
      if (amount != null) {
        marks.add(carried(alert.label(), amount));
      }
    }
    if (cap != null) {
      marks.add(carried(Threshold.CAP, cap));
    }
    marks.sort(Comparator.comparing(Threshold::amount));
    return new Account(
        key,
        version,
        figures,
        new Terms(cap, limits.blocks(), topUps, limits.version()),
        new State(
            state.epoch() + 1, marks, state.crossings(), state.tight(), state.unjudged(), false));
  }

  private Threshold carried(String label, Usd amount) {
    Threshold before = threshold(label);
    return before == null
        ? new Threshold(label, amount, false, 0)
        : new Threshold(label, amount, before.alerting(), before.crossing());
  }
}
