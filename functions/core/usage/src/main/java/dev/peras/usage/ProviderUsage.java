package dev.peras.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Prompt;
import dev.peras.engine.usage.Tokens;
import dev.peras.json.Fields;
import dev.peras.json.Rule;
import dev.peras.usage.Interpreter.Buckets;
import dev.peras.usage.Leaves.Leaf;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a usage object as its sender wrote it. Every number in it is accounted for: it is priced,
 * it is part of another, it is known not to be money, or the object is refused and the number named
 * (invariant I9). What {@link Shapes} says of a sender decides; nothing is guessed.
 */
public final class ProviderUsage {
  private static final String NAME = "usage";

  /** An object may hold another, the provider's own; no deeper. */
  private static final int MAX_DEPTH = 3;

  private ProviderUsage() {}

  /** One way to read an object. */
  private record Candidate(Shape shape, Counts counts, Interpreter.Result result) {}

  /** What an object comes to, or why it can't be read. */
  private record Outcome(@Nullable Reading reading, List<Fault> faults) {
    static Outcome of(Reading reading) {
      return new Outcome(reading, List.of());
    }

    static Outcome fault(String field, String message) {
      return new Outcome(null, List.of(new Fault(field, message)));
    }
  }

  /**
   * Reads a usage object.
   *
   * @param event takes what is wrong with it; then the reading is empty
   */
  public static Reading read(JsonNode usage, Sender sender, Fields event) {
    if (!usage.isObject()) {
      event.fault(NAME, "must be an object: a provider's usage as it came");
      return Reading.NONE;
    }
    Outcome outcome = read(usage, NAME, sender, 1);
    outcome.faults().forEach(fault -> event.fault(fault.field(), fault.message()));
    return outcome.reading() == null ? Reading.NONE : outcome.reading();
  }

  private static Outcome read(JsonNode usage, String name, Sender sent, int depth) {
    Leaves leaves = Leaves.of(usage, name);
    String model = leaves.text(Shapes.MODEL);
    String scope = leaves.text(Shapes.SCOPE);
    Sender sender = model == null ? sent : sent.withModel(model);
    sender = scope == null ? sender : sender.withScope(scope);

    List<Candidate> complete = new ArrayList<>();
    for (Shape shape : Shapes.ALL) {
      Counts counts = Counts.of(shape, leaves);
      boolean fits =
          Interpreter.missing(shape, counts) == null
              && hasMark(shape, leaves)
              && unknown(shape, leaves).isEmpty();
      if (fits) {
        complete.add(new Candidate(shape, counts, new Interpreter(shape, counts, sender).read()));
      }
    }
    if (complete.stream().anyMatch(candidate -> !candidate.shape().marks().isEmpty())) {
      complete.removeIf(candidate -> candidate.shape().marks().isEmpty());
    }
    // A total that stands beside other counts, were they 0, is no total alone.
    if (complete.stream().anyMatch(candidate -> !isTotalAlone(candidate.shape()))) {
      complete.removeIf(candidate -> isTotalAlone(candidate.shape()));
    }
    if (complete.isEmpty()) {
      Outcome several = byModel(usage, name, sender, depth);
      return several == null ? unreadable(leaves, name) : several;
    }
    return only(complete, usage, leaves, name, sender, depth);
  }

  /** Reads an object that is inside another one; nothing where it is at fault. */
  static @Nullable Reading readInside(
      JsonNode usage, String name, Sender sender, List<Fault> faults) {
    Outcome outcome = read(usage, name, sender, MAX_DEPTH);
    faults.addAll(outcome.faults());
    return outcome.reading();
  }

  private static boolean isTotalAlone(Shape shape) {
    return shape.sums().contains(Shape.Total.ONLY);
  }

  /** The one reading that all candidates come to. */
  private static Outcome only(
      List<Candidate> complete,
      JsonNode usage,
      Leaves leaves,
      String name,
      Sender sender,
      int depth) {
    for (Candidate candidate : complete) {
      // What one shape knows to be a count, and is none, is not for another one to overlook.
      if (!candidate.counts().faults().isEmpty()) {
        return new Outcome(null, candidate.counts().faults());
      }
    }
    Map<Buckets, String> readings = new LinkedHashMap<>();
    Candidate taken = null;
    for (Candidate candidate : complete) {
      if (!candidate.result().readings().isEmpty()) {
        taken = taken == null ? candidate : taken;
        candidate
            .result()
            .readings()
            .forEach((buckets, way) ->
                readings.putIfAbsent(
                    buckets, "%s, with %s".formatted(candidate.shape().title(), way)));
      }
    }
    if (taken == null) {
      return new Outcome(null, mostTelling(complete).result().faults());
    }
    if (readings.size() > 1) {
      return Outcome.fault(name, ambiguous(readings));
    }
    return reading(taken, readings.keySet().iterator().next(), usage, leaves, name, sender, depth);
  }

  private static Candidate mostTelling(List<Candidate> candidates) {
    Candidate best = candidates.getFirst();
    for (Candidate candidate : candidates) {
      if (candidate.counts().size() > best.counts().size()) {
        best = candidate;
      }
    }
    return best;
  }

  private static String ambiguous(Map<Buckets, String> readings) {
    Iterator<Map.Entry<Buckets, String>> entries = readings.entrySet().iterator();
    Map.Entry<Buckets, String> one = entries.next();
    Map.Entry<Buckets, String> other = entries.next();
    return ("can be read in two ways: as %s, it has %s; as %s, it has %s. Send what tells them"
            + " apart (a total, or otel_scope beside it), or token buckets")
        .formatted(one.getValue(), words(one.getKey()), other.getValue(), words(other.getKey()));
  }

  private static String words(Buckets buckets) {
    Tokens tokens = buckets.tokens();
    return "%d input, %d cache read, %d cache write and %d output tokens"
        .formatted(
            tokens.input(),
            tokens.cacheRead(),
            tokens.cacheWrite() + tokens.cacheWrite1h(),
            tokens.output());
  }

  private static Outcome reading(
      Candidate taken,
      Buckets buckets,
      JsonNode usage,
      Leaves leaves,
      String name,
      Sender sender,
      int depth) {
    Counts counts = taken.counts();
    boolean isUndivided = isTotalAlone(taken.shape());
    boolean isSum =
        counts.get(Meaning.PROMPTS) > 1 || !leaves.at(Shapes.SUMMED_BY_AN_AGENT).isEmpty();
    List<Prompt> prompts =
        List.of(new Prompt(null, buckets.tokens(), buckets.media(), isSum, isUndivided));
    String list = taken.shape().calls();
    if (list != null) {
      Prompts listed = Prompts.of(usage, list, name);
      if (!listed.isEmpty()) {
        List<Fault> faults = new ArrayList<>(0);
        prompts = listed.prompts(buckets.tokens(), counts.fees().keySet(), sender, faults);
        if (!faults.isEmpty()) {
          return new Outcome(null, faults);
        }
      }
    }
    List<Fee> fees = fees(counts, leaves);
    Usd bill = bill(counts, leaves, fees);
    Reading reading = new Reading(prompts, bill == null ? fees : List.of(), traits(leaves), bill);
    JsonNode raw = usage.get(Shapes.RAW);
    return raw == null || !raw.isObject() || depth >= MAX_DEPTH
        ? Outcome.of(reading)
        : agreeing(reading, read(raw, name + "." + Shapes.RAW, sender, depth + 1), name);
  }

  /** A framework's counts and the provider's own beside them: the latter may say more. */
  private static Outcome agreeing(Reading outer, Outcome inner, String name) {
    Reading raw = inner.reading();
    if (raw == null) {
      return inner;
    }
    Tokens ours = sum(outer.prompts());
    Tokens theirs = sum(raw.prompts());
    boolean isSame =
        ours.context() == theirs.context()
            && ours.output() == theirs.output()
            && ours.cacheRead() == theirs.cacheRead();
    return isSame
        ? Outcome.of(outer.bill() == null ? raw : outer)
        : Outcome.fault(
            name + "." + Shapes.RAW,
            "counts other tokens than the object that it is in: send one of the two");
  }

  static Tokens sum(List<Prompt> prompts) {
    Tokens sum = Tokens.NONE;
    for (Prompt prompt : prompts) {
      sum = sum.plus(prompt.tokens());
    }
    return sum;
  }

  private static List<Fee> fees(Counts counts, Leaves leaves) {
    List<Fee> fees = new ArrayList<>(0);
    counts
        .fees()
        .forEach((kind, count) -> {
          if (count > 0) {
            fees.add(Fee.of(kind, count));
          }
        });
    String size = leaves.text(List.of(Shapes.SEARCH_SIZE));
    boolean isCounted = fees.stream().anyMatch(fee -> fee.kind().equals("web_search"));
    if (size != null && !size.isEmpty() && !isCounted) {
      fees.add(Fee.of("web_search_" + Leaves.snake(size), 1));
    }
    return fees;
  }

  private static @Nullable Usd bill(Counts counts, Leaves leaves, List<Fee> fees) {
    BigDecimal ticks = counts.money(Meaning.BILL_TICKS);
    BigDecimal cost = counts.money(Meaning.BILL);
    BigDecimal upstream = counts.money(Meaning.UPSTREAM_BILL);
    boolean hasOwnKey = leaves.at("is_byok").stream().anyMatch(leaf -> leaf.node().booleanValue());
    if (cost == null || !hasOwnKey) {
      BigDecimal bill = cost == null ? ticks : cost;
      return bill == null ? null : new Usd(bill);
    }
    if (upstream != null) {
      return new Usd(cost.add(upstream));
    }
    // With a key of one's own the cost is the gateway's share; the tokens are on another bill.
    if (cost.signum() > 0) {
      fees.add(new Fee("gateway", BigDecimal.ONE, new Usd(cost)));
    }
    return null;
  }

  private static @Nullable CallTraits traits(Leaves leaves) {
    return ServiceWords.read(
        leaves.text(Shapes.TIER), leaves.text(Shapes.SPEED), leaves.text(Shapes.REGION));
  }

  /** Usage by model, as agents sum it up: {@code {"claude-...": {...}, ...}}. */
  private static @Nullable Outcome byModel(JsonNode usage, String name, Sender sender, int depth) {
    if (usage.isEmpty() || depth >= MAX_DEPTH) {
      return null;
    }
    List<Prompt> prompts = new ArrayList<>();
    List<Fee> fees = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    Set<CallTraits> services = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : usage.properties()) {
      String model = entry.getKey();
      boolean isOfModel = entry.getValue().isObject() && Leaves.isModelName(model);
      if (!isOfModel) {
        return null;
      }
      Sender its = new Sender(model, sender.scope());
      Outcome outcome = read(entry.getValue(), name + "." + model, its, MAX_DEPTH);
      faults.addAll(outcome.faults());
      Reading reading = outcome.reading();
      if (reading != null && reading.bill() != null) {
        fees.add(new Fee("bill", BigDecimal.ONE, reading.bill()));
        services.add(CallTraits.PLAIN);
      } else if (reading != null) {
        for (Prompt prompt : reading.prompts()) {
          prompts.add(
              new Prompt(
                  prompt.model() == null ? model : prompt.model(),
                  prompt.tokens(),
                  prompt.media(),
                  true,
                  prompt.isUndivided()));
        }
        fees.addAll(reading.fees());
        services.add(reading.traits() == null ? CallTraits.PLAIN : reading.traits());
      }
    }
    if (services.size() > 1) {
      faults.add(new Fault(name, "has models of several service tiers: send an event for each"));
    }
    return faults.isEmpty()
        ? Outcome.of(new Reading(prompts, fees, services.iterator().next(), null))
        : new Outcome(null, faults);
  }

  private static boolean hasMark(Shape shape, Leaves leaves) {
    return shape.marks().isEmpty()
        || shape.marks().stream().anyMatch(mark -> !leaves.at(mark).isEmpty());
  }

  /** What may be money and is not in a shape. */
  private static List<Leaf> unknown(Shape shape, Leaves leaves) {
    List<Leaf> unknown = new ArrayList<>(0);
    for (Leaf leaf : leaves.all()) {
      boolean isKnown =
          shape.counts().containsKey(leaf.path())
              || Shapes.TEXTS.contains(leaf.path())
              || isRead(shape, leaf.path());
      if (!isKnown && (!leaf.isHarmless() || isWrongKind(shape, leaf))) {
        unknown.add(leaf);
      }
    }
    return unknown;
  }

  /** Whether a value is read with the list or object that it is in. */
  private static boolean isRead(Shape shape, String path) {
    int end = path.indexOf('[');
    int dot = path.indexOf('.');
    boolean isInList = end > 0 && (dot < 0 || end < dot);
    if (isInList) {
      String list = path.substring(0, end);
      return list.equals(shape.calls()) || Shapes.REPEATS.contains(list);
    }
    return path.startsWith(Shapes.RAW + ".") || Shapes.REPEATS.contains(path);
  }

  /** A list, a text or a number where a shape has an object of counts, or the other way round. */
  private static boolean isWrongKind(Shape shape, Leaf leaf) {
    String path = leaf.path();
    if (path.equals(shape.calls())) {
      return !leaf.node().isArray();
    }
    boolean isObject = shape.objects().contains(path);
    boolean isList = shape.lists().contains(path);
    return (isObject && !isList && !leaf.node().isObject())
        || (isList && !isObject && !leaf.node().isArray());
  }

  private static Outcome unreadable(Leaves leaves, String name) {
    Shape closest = null;
    int most = 0;
    for (Shape shape : Shapes.ALL) {
      int known = Counts.of(shape, leaves).size();
      if (known > most) {
        most = known;
        closest = shape;
      }
    }
    if (closest == null) {
      return Outcome.fault(
          name,
          "is of no kind that is known here; known are "
              + String.join("; ", Shapes.ALL.stream().map(Shape::title).toList()));
    }
    List<Fault> faults = new ArrayList<>();
    Counts counts = Counts.of(closest, leaves);
    faults.addAll(counts.faults());
    Meaning missing = Interpreter.missing(closest, counts);
    if (missing != null && faults.isEmpty()) {
      faults.add(
          new Fault(
              name + "." + closest.wording(missing, leaves.isCamel()),
              "is missing: it must be " + Rule.TOKENS.description()));
    }
    for (Leaf leaf : unknown(closest, leaves)) {
      faults.add(new Fault(leaf.shown(), unknownWords(leaf, closest)));
    }
    return new Outcome(null, faults);
  }

  private static String unknownWords(Leaf leaf, Shape closest) {
    if (isWrongKind(closest, leaf)) {
      return closest.lists().contains(leaf.path()) || leaf.path().equals(closest.calls())
          ? "must be a list of objects"
          : "must be an object";
    }
    List<String> others =
        Shapes.ALL.stream()
            .filter(shape -> shape.counts().containsKey(leaf.path()))
            .map(Shape::title)
            .limit(2)
            .toList();
    return others.isEmpty()
        ? ("is not known here and may cost something, so it is not ignored. %s has no such count:"
                + " leave it out if it is no money, or send token buckets, fees or the cost in place"
                + " of usage")
            .formatted(closest.title())
        : "is a count of %s, but the rest is %s, which counts differently: send one of the two"
            .formatted(String.join(", or ", others), closest.title());
  }
}
