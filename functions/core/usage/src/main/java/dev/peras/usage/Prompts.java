package dev.peras.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Fee;
import dev.peras.engine.usage.Prompt;
import dev.peras.engine.usage.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The prompts that make up one usage object, one by one: a provider may run a model several times
 * for one answer, and other models beside it. Each is priced by its own context, at its own model's
 * rates.
 *
 * <p>The counts at the top are the sum of one model's; compactions, and what other models did, come
 * on top of them. If no model's prompts make that sum, something is missing, and nothing is taken.
 */
final class Prompts {
  /** Whose counts are in the sum at the top. */
  private static final Set<String> OWN =
      Set.of("", "message", "fallback_message", "sampling", "tool_use", "request");

  /** What comes beside it. */
  private static final Set<String> BESIDE = Set.of("compaction", "advisor_message", "advisor");

  private final List<Entry> entries;

  private record Entry(JsonNode node, String name, String type, @Nullable String model) {}

  private Prompts(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  static Prompts of(JsonNode usage, String list, String name) {
    List<Entry> found = new ArrayList<>();
    for (var field : usage.properties()) {
      if (Leaves.snake(field.getKey()).equals(list) && field.getValue().isArray()) {
        for (int i = 0; i < field.getValue().size(); i++) {
          JsonNode node = field.getValue().get(i);
          found.add(
              new Entry(
                  node,
                  "%s.%s[%d]".formatted(name, field.getKey(), i),
                  node.path("type").asText("").toLowerCase(Locale.ROOT),
                  node.path("model").isTextual() ? node.path("model").textValue() : null));
        }
      }
    }
    return new Prompts(found);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * The prompts that they are, with disjoint counts.
   *
   * @param top the counts of the object that they are in
   * @param topFees the kinds of fees that the object counts itself
   * @param faults takes what is wrong with them
   */
  List<Prompt> prompts(Tokens top, Set<String> topFees, Sender sender, List<Fault> faults) {
    List<Prompt> prompts = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      prompts.add(prompt(entry, topFees, sender, faults));
    }
    if (!faults.isEmpty()) {
      return prompts;
    }
    for (String model : models(sender)) {
      Tokens sum = Tokens.NONE;
      for (int i = 0; i < entries.size(); i++) {
        if (isOf(entries.get(i), model)) {
          sum = sum.plus(prompts.get(i).tokens());
        }
      }
      if (isSame(sum, top)) {
        return withWrites(prompts, model, top);
      }
    }
    faults.add(
        new Fault(
            entries.getFirst().name(),
            "and the rest of the list leave out what the counts at the top hold: the prompts of one"
                + " model must add up to %d input, %d output and %d cached tokens"
                    .formatted(top.input(), top.output(), top.context() - top.input())));
    return prompts;
  }

  /** Whose prompts may make the sum: those without a model belong to each. */
  private Set<String> models(Sender sender) {
    Set<String> models = new LinkedHashSet<>();
    if (sender.model() != null) {
      models.add(sender.model());
    }
    entries.forEach(entry -> {
      if (entry.model() != null) {
        models.add(entry.model());
      }
    });
    models.add("");
    return models;
  }

  private static boolean isOf(Entry entry, String model) {
    return OWN.contains(entry.type()) && (entry.model() == null || entry.model().equals(model));
  }

  private static boolean isSame(Tokens sum, Tokens top) {
    return sum.input() == top.input()
        && sum.output() == top.output()
        && sum.cacheRead() == top.cacheRead()
        && sum.cacheWrite() + sum.cacheWrite1h() == top.cacheWrite() + top.cacheWrite1h();
  }

  /** Where only the top says what is written for an hour, the prompts have their share of it. */
  private List<Prompt> withWrites(List<Prompt> prompts, String model, Tokens top) {
    long told = 0;
    for (int i = 0; i < entries.size(); i++) {
      told += isOf(entries.get(i), model) ? prompts.get(i).tokens().cacheWrite1h() : 0;
    }
    long untold = Math.max(0, top.cacheWrite1h() - told);
    List<Prompt> shared = new ArrayList<>(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = prompts.get(i);
      Tokens tokens = prompt.tokens();
      long hour = isOf(entries.get(i), model) ? Math.min(untold, tokens.cacheWrite()) : 0;
      untold -= hour;
      Tokens split =
          new Tokens(
              tokens.input(),
              tokens.output(),
              tokens.cacheRead(),
              tokens.cacheWrite() - hour,
              tokens.cacheWrite1h() + hour,
              tokens.reasoning());
      shared.add(
          new Prompt(prompt.model(), split, prompt.media(), prompt.isSum(), prompt.isUndivided()));
    }
    return shared;
  }

  private static Prompt prompt(
      Entry entry, Set<String> topFees, Sender sender, List<Fault> faults) {
    boolean isKnown = OWN.contains(entry.type()) || BESIDE.contains(entry.type());
    if (!entry.node().isObject() || !isKnown) {
      faults.add(
          new Fault(
              entry.node().isObject() ? entry.name() + ".type" : entry.name(),
              entry.node().isObject()
                  ? "is not known here, so it is not known whether the counts at the top hold it;"
                      + " known are message, fallback_message, compaction and advisor_message"
                  : "must be an object"));
      return Prompt.of(Tokens.NONE);
    }
    String model = entry.model();
    Sender its = model == null ? sender : new Sender(model, sender.scope());
    Reading reading = ProviderUsage.readInside(entry.node(), entry.name(), its, faults);
    if (reading == null) {
      return Prompt.of(Tokens.NONE);
    }
    for (Fee fee : reading.fees()) {
      if (!topFees.contains(fee.kind())) {
        faults.add(
            new Fault(
                entry.name(), "has a fee for %s, but the top has none".formatted(fee.kind())));
      }
    }
    if (reading.traits() != null && !reading.traits().equals(CallTraits.PLAIN)) {
      faults.add(
          new Fault(
              entry.name(), "says how it was served: send a prompt of its own tier as an event"));
    }
    Prompt prompt = reading.prompts().getFirst();
    return new Prompt(model, prompt.tokens(), prompt.media(), false, false);
  }
}
