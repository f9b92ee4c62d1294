package dev.peras.api;

import dev.peras.engine.OffPeak;
import dev.peras.engine.Price;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the price table says of a model whose price depends on the hour. */
final class OffPeakReader {
  private static final Rule<OffPeak.Hours> HOURS =
      new Rule<>(
          "hours such as 01:00-04:00",
          new OffPeak.Hours(LocalTime.MIN, LocalTime.MAX),
          node -> node.isTextual() ? hours(node.textValue()) : null);

  private static final Rule<DayOfWeek> DAY =
      new Rule<>(
          "a day such as mon",
          DayOfWeek.MONDAY,
          node -> node.isTextual() ? day(node.textValue()) : null);

  private OffPeakReader() {}

  static OffPeak read(Fields fields, PriceReader prices) {
    return new OffPeak(
        some(fields, "peak_hours_utc", HOURS, 24),
        EnumSet.copyOf(some(fields, "peak_days", DAY, 7)),
        Price.of(prices.rates(fields)));
  }

  private static <T> List<T> some(Fields fields, String name, Rule<T> rule, int max) {
    List<T> list = fields.list(name, rule, max);
    if (list == null || list.isEmpty()) {
      fields.fault(name, "must list " + rule.description());
      return List.of(rule.placeholder());
    }
    return list;
  }

  private static @Nullable DayOfWeek day(String text) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (PriceView.name(day).equals(text)) {
        return day;
      }
    }
    return null;
  }

  private static OffPeak.@Nullable Hours hours(String text) {
    String[] ends = text.split("-", 2);
    try {
      return new OffPeak.Hours(LocalTime.parse(ends[0]), LocalTime.parse(ends[ends.length - 1]));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      return null;
    }
  }
}
