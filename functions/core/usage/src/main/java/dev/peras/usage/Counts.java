package dev.peras.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.json.Rule;
import dev.peras.usage.Leaves.Leaf;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one usage object by what one shape says they mean. A count at fault reads as 0.
 * Not thread-safe.
 */
final class Counts {
  /** A total adds up several counts, each as large as a count may be. */
  private static final Rule<Long> SUM = Rule.integer(0, 10 * Rule.MAX_TOKENS);

  private static final Rule<Long> TICKS = Rule.integer(0, 1_000_000_000_000_000_000L);

  /** A number and the names that it stands under, the first of which faults may use. */
  private record Value(long count, Leaf leaf) {}

  private record Money(BigDecimal amount, Leaf leaf) {}

  private final Map<Meaning, Value> values = new EnumMap<>(Meaning.class);
  private final Map<String, Value> fees = new LinkedHashMap<>();
  private final Map<Meaning, Money> bills = new EnumMap<>(Meaning.class);
  private final List<Fault> faults = new ArrayList<>(0);
  private int size;

  private Counts() {}

  static Counts of(Shape shape, Leaves leaves) {
    Counts counts = new Counts();
    for (Map.Entry<String, Shape.Count> entry : shape.counts().entrySet()) {
      for (Leaf leaf : leaves.at(entry.getKey())) {
        counts.size++;
        counts.add(entry.getValue(), leaf);
      }
    }
    return counts;
  }

  boolean has(Meaning meaning) {
    return values.containsKey(meaning);
  }

  long get(Meaning meaning) {
    Value value = values.get(meaning);
    return value == null ? 0 : value.count();
  }

  /** What messages call a count. */
  String name(Meaning meaning) {
    Value value = values.get(meaning);
    return value == null ? meaning.words() : value.leaf().name();
  }

  /** The field of a count, for faults. */
  String field(Meaning meaning) {
    Value value = values.get(meaning);
    return value == null ? "usage" : value.leaf().shown();
  }

  /** How many counts the shape knows of this object. */
  int size() {
    return size;
  }

  /** Fees by kind. */
  Map<String, Long> fees() {
    Map<String, Long> found = new LinkedHashMap<>();
    fees.forEach((kind, value) -> found.put(kind, value.count()));
    return found;
  }

  @Nullable BigDecimal money(Meaning meaning) {
    Money money = bills.get(meaning);
    return money == null ? null : money.amount();
  }

  List<Fault> faults() {
    return faults;
  }

  private void add(Shape.Count count, Leaf leaf) {
    switch (count.meaning()) {
      case NOT_MONEY -> {}
      case BILL, BILL_TICKS, UPSTREAM_BILL -> addMoney(count.meaning(), leaf);
      case FEE -> addFee(count, leaf);
      default -> addTokens(count.meaning(), leaf);
    }
  }

  private void addTokens(Meaning meaning, Leaf leaf) {
    Rule<Long> rule = meaning == Meaning.TOTAL ? SUM : Rule.TOKENS;
    if (isParent(leaf)) {
      return;
    }
    Long read = rule.read(leaf.node());
    if (read == null) {
      faults.add(new Fault(leaf.shown(), "must be " + rule.description()));
      return;
    }
    Value value = new Value(read, leaf);
    Value before = values.putIfAbsent(meaning, value);
    if (before != null && addsUp(meaning)) {
      values.put(meaning, new Value(before.count() + read, before.leaf()));
    } else if (before != null && before.count() != read) {
      faults.add(new Fault(leaf.shown(), "must be the same as " + before.leaf().name()));
    }
  }

  /** Parts of several kinds of media are one bucket; all else that comes twice says one thing. */
  private static boolean addsUp(Meaning meaning) {
    return switch (meaning) {
      case TEXT_INPUT,
          AUDIO_INPUT,
          IMAGE_INPUT,
          TEXT_CACHED,
          AUDIO_CACHED,
          IMAGE_CACHED,
          TEXT_OUTPUT,
          AUDIO_OUTPUT,
          IMAGE_OUTPUT,
          OUTPUT_PART ->
          true;
      default -> false;
    };
  }

  private void addFee(Shape.Count count, Leaf leaf) {
    Long read = Rule.TOKENS.read(leaf.node());
    String kind = String.valueOf(count.feeKind());
    if (read == null) {
      faults.add(new Fault(leaf.shown(), "must be " + Rule.TOKENS.description()));
      return;
    }
    Value before = fees.putIfAbsent(kind, new Value(read, leaf));
    if (before != null && before.count() != read) {
      faults.add(new Fault(leaf.shown(), "must be the same as " + before.leaf().name()));
    }
  }

  private void addMoney(Meaning meaning, Leaf leaf) {
    JsonNode node = leaf.node();
    if (isParent(leaf)) {
      return;
    }
    BigDecimal amount = meaning == Meaning.BILL_TICKS ? ticks(node) : dollars(node);
    if (amount == null) {
      faults.add(new Fault(leaf.shown(), "must be " + Rule.ROUNDED_COST.description()));
      return;
    }
    Money before = bills.putIfAbsent(meaning, new Money(amount, leaf));
    if (before != null && before.amount().compareTo(amount) != 0) {
      faults.add(new Fault(leaf.shown(), "must be the same as " + before.leaf().name()));
    }
  }

  /** Some have an object where others have its total. */
  private static boolean isParent(Leaf leaf) {
    return leaf.node().isObject() && Shapes.PARENTS.contains(leaf.path());
  }

  private static @Nullable BigDecimal dollars(JsonNode node) {
    var cost = Rule.ROUNDED_COST.read(node);
    return cost == null ? null : cost.value();
  }

  private static @Nullable BigDecimal ticks(JsonNode node) {
    Long ticks = TICKS.read(node);
    return ticks == null ? null : BigDecimal.valueOf(ticks).movePointLeft(10);
  }
}
