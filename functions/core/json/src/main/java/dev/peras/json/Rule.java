package dev.peras.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule for a value in a request, in words and in code: the one list of what Peras accepts.
 *
 * @param description completes "must be ..."
 * @param placeholder stands in for a value at fault until all faults are known and thrown
 * @param reader gives null for a value that breaks the rule
 */
public record Rule<T>(String description, T placeholder, Reader<T> reader) {
  private static final int MAX_MODEL = 200;
  private static final int COST_DECIMALS = 20;
  private static final BigDecimal MOST_COST = new BigDecimal(1_000_000_000);

  /** Turns JSON into a value. */
  @FunctionalInterface
  public interface Reader<T> {
    @Nullable T read(JsonNode node);
  }

  public static final Rule<String> ID =
      matching("[A-Za-z0-9._:@-]{1,128}", "1 to 128 of A-Z a-z 0-9 . _ : @ -");

  /** As providers, gateways and frameworks write it: {@code ~anthropic/claude-opus-latest[1m]}. */
  public static final Rule<String> MODEL =
      new Rule<>("1 to 200 printable characters without blanks", "", Rule::model);

  /** A model, or the beginning of the names of several. */
  public static final Rule<String> MODELS =
      new Rule<>(
          MODEL.description() + ", with a * at the end for all models whose names start so",
          "",
          Rule::models);

  public static final Rule<Boolean> FLAG =
      new Rule<>("true or false", false, node -> node.isBoolean() ? node.booleanValue() : null);

  /** A prompt: any text, as long as the body allows. */
  public static final Rule<String> ANY_TEXT =
      new Rule<>("a string", "", node -> node.isTextual() ? node.textValue() : null);

  /** The most tokens that one bucket of a call may count. */
  public static final long MAX_TOKENS = 1_000_000_000;

  public static final Rule<Long> TOKENS = integer(0, MAX_TOKENS);

  public static final Rule<Usd> BUDGET =
      usd(
          "0.000000000001",
          "999999999999.999999999999",
          12,
          "a number above 0 and below 1000000000000 with at most 12 decimals");

  /** A monthly cap, or what a customer pays for a plan: 0 is one, too. */
  public static final Rule<Usd> CAP =
      usd(
          "0",
          "999999999999.999999999999",
          12,
          "a number of 0 or more, below 1000000000000, with at most 12 decimals");

  public static final Rule<Usd> COST =
      usd("0", "1000000000", 20, "a number from 0 to 1000000000 with at most 20 decimals");

  /** What a call did cost, rounded half even to 20 decimals: what binary fractions add is noise. */
  public static final Rule<Usd> ROUNDED_COST =
      new Rule<>(
          "a number from 0 to 1000000000",
          Usd.ZERO,
          node -> {
            BigDecimal value = rounded(node, COST_DECIMALS);
            return value == null || value.signum() < 0 || value.compareTo(MOST_COST) > 0
                ? null
                : new Usd(value);
          });

  /** How many of a kind a fee is for. */
  public static final Rule<BigDecimal> QUANTITY =
      new Rule<>(
          "a number from 0 to 1000000000 with at most 9 decimals",
          BigDecimal.ZERO,
          node -> decimal(node, BigDecimal.ZERO, MOST_COST, 9));

  /** A month of the calendar. */
  public static final Rule<YearMonth> PERIOD =
      new Rule<>(
          "a month from 1970-01 to 9999-12, such as 2026-11", YearMonth.of(1970, 1), Rule::period);

  /** Where a list goes on; opaque to clients. */
  public static final Rule<String> CURSOR = text(1, 2048);

  /** A price in US dollars per million tokens. */
  public static final Rule<Usd> RATE =
      usd("0", "1000000", 9, "a number from 0 to 1000000 with at most 9 decimals");

  /** By how much rates are multiplied. */
  public static final Rule<Usd> FACTOR =
      usd("0.000000001", "1000000", 9, "a number above 0, up to 1000000, with at most 9 decimals");

  /** How many times as much. */
  public static final Rule<BigDecimal> RATIO =
      new Rule<>(
          "a number above 1 and at most 1000 with at most 3 decimals",
          BigDecimal.TWO,
          node -> decimal(node, new BigDecimal("1.001"), new BigDecimal(1000), 3));

  public static final Rule<Instant> TIME =
      new Rule<>(
          "a time as in RFC 3339, with a zone, from 1970 to 9999, such as 2026-11-05T09:30:00Z",
          Instant.EPOCH,
          Rule::time);

  public static final Rule<ZoneId> ZONE =
      new Rule<>(
          "a time zone of the IANA database, such as Europe/Athens",
          ZoneOffset.UTC,
          node ->
              ZoneId.getAvailableZoneIds().contains(node.asText()) && node.isTextual()
                  ? ZoneId.of(node.textValue())
                  : null);

  /** An amount as a number, or a percentage of the cap as a string. */
  public static final Rule<AlertThreshold> THRESHOLD =
      new Rule<>(
          "an amount above 0 as a number, such as 200, with at most 12 decimals, or a percentage"
              + " above 0 and at most 1000 as a string, such as \"80%\", with at most 3 decimals",
          AlertThreshold.ofAmount(Usd.ZERO), Rule::threshold);

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern YEAR_MONTH =
      Pattern.compile("(19[789]\\d|[2-9]\\d{3})-(0[1-9]|1[0-2])");

  private static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,4}(\\.\\d{1,3})?)%");

  /** Numbers with more digits than this before or after the point break every rule. */
  private static final int MAX_PLACES = 40;

  public @Nullable T read(JsonNode node) {
    return reader.read(node);
  }

  public static Rule<Long> integer(long min, long max) {
    BigDecimal least = BigDecimal.valueOf(min);
    BigDecimal most = BigDecimal.valueOf(max);
    return new Rule<>(
        "a whole number from %d to %d".formatted(min, max),
        min,
        node -> {
          BigDecimal value = decimal(node, least, most, 0);
          return value == null ? null : value.longValueExact();
        });
  }

  /** Any letters but blanks, control characters and what no text can hold. */
  private static @Nullable String model(JsonNode node) {
    String name = node.isTextual() ? node.textValue() : "";
    boolean isName =
        !name.isEmpty()
            && name.length() <= 2 * MAX_MODEL
            && name.codePointCount(0, name.length()) <= MAX_MODEL
            && name.codePoints().allMatch(Rule::isPrintable);
    return isName ? name : null;
  }

  private static @Nullable String models(JsonNode node) {
    String name = model(node);
    int star = name == null ? -1 : name.indexOf('*');
    boolean isInside = name != null && star >= 0 && (star == 0 || star < name.length() - 1);
    return isInside ? null : name;
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Text of so many code points; an emoji is one. */
  public static Rule<String> text(int min, int max) {
    return new Rule<>(
        "a string of %d to %d characters".formatted(min, max),
        "",
        node -> {
          String text = node.isTextual() ? node.textValue() : null;
          if (text == null || text.length() > 2 * max || !isUnicode(text)) {
            return null;
          }
          int characters = text.codePointCount(0, text.length());
          return characters < min || characters > max ? null : text;
        });
  }

  public static Rule<String> choice(String... choices) {
    List<String> allowed = List.of(choices);
    return new Rule<>(
        String.join(" or ", allowed),
        "",
        node -> node.isTextual() && allowed.contains(node.textValue()) ? node.textValue() : null);
  }

  /**
   * One of a few values.
   *
   * @param values one at least
   * @param name how JSON says each, as a string
   */
  public static <T> Rule<T> choice(Collection<T> values, Function<T, String> name) {
    Map<String, T> named = new LinkedHashMap<>();
    values.forEach(value -> named.put(name.apply(value), value));
    return new Rule<>(
        String.join(" or ", named.keySet()),
        values.iterator().next(),
        node -> node.isTextual() ? named.get(node.textValue()) : null);
  }

  /** A number that is written as a string, as queries have it. */
  public static <T> Rule<T> asText(Rule<T> number) {
    return new Rule<>(
        number.description(),
        number.placeholder(),
        node -> node.isTextual() ? number.read(parsed(node.textValue())) : null);
  }

  private static JsonNode parsed(String text) {
    try {
      return Json.parse(text);
    } catch (UnreadableBody e) {
      return Json.text(null);
    }
  }

  public static Rule<String> matching(String regex, String description) {
    Pattern pattern = Pattern.compile(regex);
    return new Rule<>(
        description,
        "",
        node ->
            node.isTextual() && pattern.matcher(node.textValue()).matches()
                ? node.textValue()
                : null);
  }

  private static Rule<Usd> usd(String min, String max, int decimals, String description) {
    BigDecimal least = new BigDecimal(min);
    BigDecimal most = new BigDecimal(max);
    return new Rule<>(
        description,
        Usd.ZERO,
        node -> {
          BigDecimal value = decimal(node, least, most, decimals);
          return value == null ? null : new Usd(value);
        });
  }

  /**
   * A number without trailing zeros. Digits are counted before anything is computed: a number such
   * as 1e999999999 is short to write, but as an integer it would fill the memory.
   */
  private static @Nullable BigDecimal decimal(
      JsonNode node, BigDecimal min, BigDecimal max, int decimals) {
    if (!node.isNumber()) {
      return null;
    }
    BigDecimal value = node.decimalValue();
    if (value.signum() == 0) {
      value = BigDecimal.ZERO;
    }
    long places = (long) value.precision() - value.scale();
    if (Math.abs(places) > MAX_PLACES) {
      return null;
    }
    value = value.stripTrailingZeros();
    boolean isWithin =
        value.scale() <= decimals && value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
    return isWithin ? value : null;
  }

  /** A number of any length, rounded half even; null where it is none, or far too large. */
  private static @Nullable BigDecimal rounded(JsonNode node, int decimals) {
    if (!node.isNumber()) {
      return null;
    }
    BigDecimal value = node.decimalValue();
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    // How many digits stand before the point; fewer than none means that zeros follow it.
    long places = (long) value.precision() - value.scale();
    if (places > MAX_PLACES) {
      return null;
    }
    if (places < -decimals) {
      return value.signum() < 0 ? null : BigDecimal.ZERO;
    }
    BigDecimal rounded = value.setScale(decimals, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0
        ? (value.signum() < 0 ? null : BigDecimal.ZERO)
        : rounded.stripTrailingZeros();
  }

  private static @Nullable Instant time(JsonNode node) {
    if (!node.isTextual() || !RFC_3339.matcher(node.textValue()).matches()) {
      return null;
    }
    try {
      Instant time = OffsetDateTime.parse(node.textValue()).toInstant();
      return time.isBefore(Instant.EPOCH) ? null : time;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable YearMonth period(JsonNode node) {
    return node.isTextual() && YEAR_MONTH.matcher(node.textValue()).matches()
        ? YearMonth.parse(node.textValue())
        : null;
  }

  private static @Nullable AlertThreshold threshold(JsonNode node) {
    if (node.isNumber()) {
      Usd amount = BUDGET.read(node);
      return amount == null ? null : AlertThreshold.ofAmount(amount);
    }
    var matcher = PERCENTAGE.matcher(node.isTextual() ? node.textValue() : "");
    if (!matcher.matches()) {
      return null;
    }
    BigDecimal percentage = new BigDecimal(matcher.group(1));
    boolean isWithin =
        percentage.signum() > 0 && percentage.compareTo(BigDecimal.valueOf(1000)) <= 0;
    return isWithin ? AlertThreshold.ofPercentage(percentage) : null;
  }

  /** Half a surrogate pair is no character, and could not be stored. */
  private static boolean isUnicode(String text) {
    return text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
  }
}
