package dev.peras.store.simulation;

import java.math.BigDecimal;
import java.util.function.Supplier;

/** An invariant that does not hold. An error, so that no code under test can catch it. */
final class Violation extends Error {
  private static final long serialVersionUID = 1L;

  Violation(String invariant, String story) {
    super(invariant + ": " + story);
  }

  static void unless(boolean holds, String invariant, Supplier<String> story) {
    if (!holds) {
      throw new Violation(invariant, story.get());
    }
  }

  static void unlessSame(BigDecimal is, BigDecimal shouldBe, String invariant, Object what) {
    if (is.compareTo(shouldBe) != 0) {
      throw new Violation(
          invariant, "%s is %s and should be %s".formatted(what, plain(is), plain(shouldBe)));
    }
  }

  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
