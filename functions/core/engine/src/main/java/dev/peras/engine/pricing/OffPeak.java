package dev.peras.engine.pricing;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Set;

/**
 * The price of a model outside its provider's peak hours.
 *
 * @param peakHours in UTC, on each of the peak days
 * @param peakDays days of UTC
 */
public record OffPeak(List<Hours> peakHours, Set<DayOfWeek> peakDays, Price price) {
  private static final int SECONDS_A_DAY = 86_400;
  private static final DayOfWeek FIRST_DAY = DayOfWeek.THURSDAY; // 1 January 1970

  /**
   * Hours within one day: the first moment belongs to them, the last does not.
   *
   * @param to midnight for the end of the day
   */
  public record Hours(LocalTime from, LocalTime to) {
    public Hours {
      if (!from.isBefore(to) && !to.equals(LocalTime.MIDNIGHT)) {
        throw new IllegalArgumentException("hours from %s to %s".formatted(from, to));
      }
    }

    private boolean contain(int secondOfDay) {
      return secondOfDay >= from.toSecondOfDay()
          && (secondOfDay < to.toSecondOfDay() || to.equals(LocalTime.MIDNIGHT));
    }
  }

  public OffPeak {
    peakHours = List.copyOf(peakHours);
    peakDays = Set.copyOf(peakDays);
    if (peakHours.isEmpty() || peakDays.isEmpty()) {
      throw new IllegalArgumentException("an off-peak price without a peak");
    }
  }

  boolean isInForce(Instant at) {
    long second = at.getEpochSecond();
    if (!peakDays.contains(FIRST_DAY.plus(Math.floorDiv(second, SECONDS_A_DAY)))) {
      return true;
    }
    int secondOfDay = Math.floorMod(second, SECONDS_A_DAY);
    for (Hours hours : peakHours) {
      if (hours.contain(secondOfDay)) {
        return false;
      }
    }
    return true;
  }
}
