package dev.peras.engine.detectors;

import dev.peras.engine.money.Usd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session spent lately, in slots of a twelfth of the time that is looked at, so that what is
 * older than that is never counted.
 *
 * @param slots oldest first; at most {@value #SLOTS}
 */
public record SpendRate(List<Slot> slots) {
  static final int SLOTS = 12;

  /** Of a session without steps, or whose spending nobody times. */
  public static final SpendRate NONE = new SpendRate(List.of());

  /**
   * A piece of time, and what was spent in it.
   *
   * @param number counts slots since 1970
   */
  public record Slot(long number, Usd spent) {}

  public SpendRate {
    slots = List.copyOf(slots);
  }

  SpendRate plus(Usd cost, Instant at, DetectorSettings.Velocity rule) {
    long number = Math.floorDiv(at.getEpochSecond(), slot(rule).toSeconds());
    List<Slot> next = new ArrayList<>(slots);
    int i = next.size();
    while (i > 0 && next.get(i - 1).number() > number) {
      i--;
    }
    if (i > 0 && next.get(i - 1).number() == number) {
      next.set(i - 1, new Slot(number, next.get(i - 1).spent().plus(cost)));
    } else {
      next.add(i, new Slot(number, cost));
    }
    long newest = next.getLast().number();
    next.removeIf(slot -> slot.number() <= newest - SLOTS);
    return new SpendRate(next);
  }

  private static Duration slot(DetectorSettings.Velocity rule) {
    return Duration.ofMinutes(rule.minutes()).dividedBy(SLOTS);
  }

  Usd spent() {
    Usd sum = Usd.ZERO;
    for (Slot slot : slots) {
      sum = sum.plus(slot.spent());
    }
    return sum;
  }
}
