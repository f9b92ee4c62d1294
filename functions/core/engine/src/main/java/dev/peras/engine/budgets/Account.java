package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One customer's month. Immutable.
 *
 * <p>Always: {@code claimed} is {@code settled} plus the claims of the open sessions, and no
 * session spends or holds more than it has claimed. So while {@code claimed} is below a threshold,
 * spending is too, without anyone adding it up.
 *
 * @param version grows with every stored change
 * @param epoch grows when limits or threshold states change: between two changes of it the standing
 *     is the same
 * @param settled spend of ended sessions
 * @param openSessions sessions that are open and have a share of this month
 * @param cap in force, top-ups included; null for none
 * @param blocks whether reaching the cap stops agents
 * @param topUps what was added to the cap for this month
 * @param limitsVersion of the limits that the thresholds were made from
 * @param thresholds by rising amount; the cap is one of them
 */
public record Account(
    String customerId,
    YearMonth period,
    long version,
    long epoch,
    Usd claimed,
    Usd settled,
    int openSessions,
    int endedSessions,
    @Nullable Usd cap,
    boolean blocks,
    Usd topUps,
    long limitsVersion,
    List<Threshold> thresholds) {

  /**
   * Stands for the amount of a threshold where none is left: more than anybody spends, and with 20
   * decimals still within the 38 digits that DynamoDB keeps exactly.
   */
  static final Usd NO_LIMIT = Usd.of("100000000000000000");

  /**
   * What a session's change does to its account. Changes add up, in any order.
   *
   * @param claimed how far the session's claim moved
   * @param settled what an ended session spent
   */
  public record Change(Usd claimed, Usd settled, int openSessions, int endedSessions) {
    public static final Change NONE = new Change(Usd.ZERO, Usd.ZERO, 0, 0);

    public static Change ofClaim(Usd delta) {
      return new Change(delta, Usd.ZERO, 0, 0);
    }

    public Change plusOpenSession() {
      return new Change(claimed, settled, openSessions + 1, endedSessions);
    }
  }

  public Account {
    thresholds = List.copyOf(thresholds);
  }

  /** A month that nothing has happened in yet. */
  public static Account open(String customerId, YearMonth period, Limits limits) {
    return new Account(
            customerId, period, 0, 0, Usd.ZERO, Usd.ZERO, 0, 0, null, true, Usd.ZERO, 0, List.of())
        .withLimits(limits, Usd.ZERO, Usd.ZERO);
  }

  /** What may still be claimed before a threshold needs exact sums; 0 or less: none. */
  public Usd room() {
    for (Threshold threshold : thresholds) {
      if (!threshold.alerting()) {
        return threshold.amount().minus(claimed);
      }
    }
    return NO_LIMIT.minus(claimed);
  }

  public Standing standing() {
    Standing.State state = Standing.State.OK;
    for (Threshold threshold : thresholds) {
      if (threshold.alerting()) {
        Standing.State its = threshold.isCap() ? Standing.State.CAPPED : Standing.State.ALERTING;
        state = its.compareTo(state) > 0 ? its : state;
      }
    }
    return new Standing(state, blocks && state == Standing.State.CAPPED);
  }

  /** The most that sessions may claim by holds; null where nothing limits them. */
  public @Nullable Usd ceiling() {
    return blocks ? cap : null;
  }

  /** Adds a change to the figures; thresholds stay as they are. */
  public Account plus(Change change) {
    return new Account(
        customerId,
        period,
        version,
        epoch,
        claimed.plus(change.claimed()),
        settled.plus(change.settled()),
        openSessions + change.openSessions(),
        endedSessions + change.endedSessions(),
        cap,
        blocks,
        topUps,
        limitsVersion,
        thresholds);
  }

  /** With the thresholds set to what has been spent, which must be exact. */
  public Account judged(Usd spent) {
    List<Threshold> judged = thresholds.stream().map(t -> t.judged(spent)).toList();
    return new Account(
        customerId,
        period,
        version,
        judged.equals(thresholds) ? epoch : epoch + 1,
        claimed,
        settled,
        openSessions,
        endedSessions,
        cap,
        blocks,
        topUps,
        limitsVersion,
        judged);
  }

  /**
   * Under other limits. A threshold that keeps its label keeps its state and its count of
   * crossings, and is then judged by its new amount. One that goes after it was crossed keeps its
   * count, out of reach, so that no later crossing has the number of an earlier one.
   *
   * @param spent in this month, exactly
   */
  public Account withLimits(Limits limits, Usd newTopUps, Usd spent) {
    Usd newCap = limits.monthlyCap() == null ? null : limits.monthlyCap().plus(newTopUps);
    List<Threshold> marks = new ArrayList<>();
    for (AlertThreshold alert : limits.alertThresholds()) {
      Usd amount = alert.amount(newCap);
      if (amount != null) {
        marks.add(carried(alert.label(), amount).judged(spent));
      }
    }
    if (newCap != null) {
      marks.add(carried(Threshold.CAP, newCap).judged(spent));
    }
    for (Threshold threshold : thresholds) {
      if (threshold.crossings() > 0 && find(marks, threshold.label()) == null) {
        marks.add(threshold.retired());
      }
    }
    marks.sort(Comparator.comparing(Threshold::amount));
    return new Account(
        customerId,
        period,
        version,
        epoch + 1,
        claimed,
        settled,
        openSessions,
        endedSessions,
        newCap,
        limits.blocks(),
        newTopUps,
        limits.version(),
        marks);
  }

  private Threshold carried(String label, Usd amount) {
    Threshold before = find(thresholds, label);
    return before == null
        ? new Threshold(label, amount, false, 0)
        : new Threshold(label, amount, before.alerting(), before.crossings());
  }

  public static @Nullable Threshold find(List<Threshold> thresholds, String label) {
    for (Threshold threshold : thresholds) {
      if (threshold.label().equals(label)) {
        return threshold;
      }
    }
    return null;
  }
}
