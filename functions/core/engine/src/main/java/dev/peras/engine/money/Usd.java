package dev.peras.engine.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An exact amount of US dollars, negative amounts included. Immutable.
 *
 * <p>Every sum, price and limit in Peras is one of these, so that no binary fraction ever holds
 * money. Two amounts are equal when they are the same number: {@code 0.50} equals {@code 0.5}.
 */
public record Usd(BigDecimal value) implements Comparable<Usd> {
  public static final Usd ZERO = new Usd(BigDecimal.ZERO);

  public static Usd of(String decimal) {
    return new Usd(new BigDecimal(decimal));
  }

  public Usd plus(Usd other) {
    return new Usd(value.add(other.value));
  }

  public Usd minus(Usd other) {
    return new Usd(value.subtract(other.value));
  }

  public Usd negated() {
    return new Usd(value.negate());
  }

  /** This amount divided by {@code parts}, rounded down to whole millionths of a dollar. */
  public Usd shareOf(int parts) {
    return new Usd(value.divide(BigDecimal.valueOf(parts), 6, RoundingMode.FLOOR));
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  public boolean isNegative() {
    return value.signum() < 0;
  }

  public boolean isPositive() {
    return value.signum() > 0;
  }

  public boolean isMoreThan(Usd other) {
    return compareTo(other) > 0;
  }

  public boolean isAtLeast(Usd other) {
    return compareTo(other) >= 0;
  }

  public Usd min(Usd other) {
    return compareTo(other) <= 0 ? this : other;
  }

  public Usd max(Usd other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public int compareTo(Usd other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Usd that && value.compareTo(that.value) == 0;
  }

  @Override
  public int hashCode() {
    return value.stripTrailingZeros().hashCode();
  }

  /** The plain decimal, without exponent or trailing zeros: {@code 0.000826028}. */
  @Override
  public String toString() {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
