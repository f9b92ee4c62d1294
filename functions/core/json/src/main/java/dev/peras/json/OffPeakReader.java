package dev.peras.json;

import dev.peras.engine.pricing.OffPeak;
import dev.peras.engine.pricing.Price;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the off-peak rates of a model whose price depends on the hour. */
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

  private static final Pattern FROM_TO = Pattern.compile("(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");

  private OffPeakReader() {}

  /** Reads them from a row, whose own price is that of the peak. */
  static OffPeak read(Fields fields, PriceReader prices, Price peak) {
    Price price = prices.read(fields);
    if (price.tiers().size() != peak.tiers().size()
        || (price.batch() == null) != (peak.batch() == null)) {
      fields.fault("tiers", "and batch must be here where they are in the row, and nowhere else");
    }
    return new OffPeak(
        some(fields, "peak_hours_utc", HOURS, 24),
        EnumSet.copyOf(some(fields, "peak_days", DAY, 7)),
        price);
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
    Matcher ends = FROM_TO.matcher(text);
    try {
      return ends.matches()
          ? new OffPeak.Hours(LocalTime.parse(ends.group(1)), LocalTime.parse(ends.group(2)))
          : null;
    } catch (IllegalArgumentException | DateTimeParseException e) {
      return null;
    }
  }
}
