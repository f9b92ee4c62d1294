package dev.peras.table;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The size of an item in bytes as DynamoDB counts it: names and values, and a little for nesting.
 */
public final class ItemSize {
  private ItemSize() {}

  public static int of(Item item) {
    return attributes(item.values());
  }

  private static int attributes(Map<String, AttributeValue> values) {
    int size = 0;
    for (Map.Entry<String, AttributeValue> entry : values.entrySet()) {
      size += bytes(entry.getKey()) + of(entry.getValue());
    }
    return size;
  }

  private static int of(AttributeValue value) {
    return switch (value.type()) {
      case S -> bytes(value.s());
      case N -> number(value.n());
      case B -> value.b().asByteArray().length;
      case L -> 3 + value.l().stream().mapToInt(v -> 1 + of(v)).sum();
      case M -> 3 + value.m().size() + attributes(value.m());
      default -> 1;
    };
  }

  /** Two digits a byte, and one for exponent and sign. */
  private static int number(String text) {
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    if (number.precision() > 38) {
      throw new IllegalArgumentException("a number takes 38 digits, not " + text);
    }
    return (number.precision() + 1) / 2 + 1 + (number.signum() < 0 ? 1 : 0);
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
