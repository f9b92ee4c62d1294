package dev.peras.ingestotlp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Prompt;
import dev.peras.engine.usage.Tokens;
import dev.peras.ingestotlp.ReportedCall.Reduced;
import dev.peras.ingestotlp.ReportedCall.Rejected;
import dev.peras.ingestotlp.Sender.Role;
import dev.peras.json.InvalidRequest;
import dev.peras.usage.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reduces telemetry to the model calls in it, each once.
 *
 * <p>The same call is often reported several times: by an SDK and by an instrumentation around it,
 * by a span and a log record, by an agent's span that sums up its calls. Three rules sort that out:
 *
 * <ol>
 *   <li>{@link Senders} says which spans and records are calls and which only repeat them.
 *   <li>Reports of one provider's id are one call; the one with most detail counts. Only if one
 *       instrumentation has two spans of an id that say different things, they are two calls whose
 *       provider reuses ids.
 *   <li>A span without an id of its own is no call if a call is inside of it.
 * </ol>
 *
 * <p>What comes in different requests is told apart where it is recorded, by the same rules.
 */
final class Reducer {
  private static final List<String> SESSION =
      List.of(
          "gen_ai.conversation.id",
          "session.id",
          "conversation.id",
          "spring.ai.chat.client.conversation.id",
          "traceloop.association.properties.session_id");

  private static final List<String> CUSTOMER = List.of("peras.customer_id");
  private static final List<String> USER = List.of("user.id");
  private static final List<String> AGENT = List.of("gen_ai.agent.id");
  private static final List<String> AGENT_OF_LOG = List.of("agent.name", "gen_ai.agent.id");

  private static final List<String> TOOL_NAME =
      List.of(
          "gen_ai.tool.name",
          "tool.name",
          "tool_name",
          "ai.toolCall.name",
          "traceloop.entity.name");
  private static final List<String> TOOL_ARGUMENTS =
      List.of(
          "gen_ai.tool.call.arguments",
          "tool.parameters",
          "tool_parameters",
          "tool_input",
          "input.value",
          "ai.toolCall.args",
          "traceloop.entity.input");
  private static final List<String> TOOL_RESULT =
      List.of(
          "gen_ai.tool.call.result",
          "output.value",
          "ai.toolCall.result",
          "traceloop.entity.output");

  private final Trace trace;
  private final @Nullable String customerHeader;
  private final List<Rejected> rejected = new ArrayList<>();

  private Reducer(List<Entry> entries, @Nullable String customerHeader) {
    this.trace = new Trace(entries);
    this.customerHeader = customerHeader;
  }

  /**
   * The calls in a request.
   *
   * @param customerHeader whom its sender names for all of it; null for nobody
   */
  static Reduced reduce(List<Entry> entries, @Nullable String customerHeader) {
    return new Reducer(entries, customerHeader).reduce(entries);
  }

  /** An entry that may be a call. */
  private static final class Candidate {
    final Entry entry;
    final Sender sender;
    final List<Entry> around;
    final @Nullable String model;
    final @Nullable String id;
    final List<String> replaces = new ArrayList<>(0);
    @Nullable Reading reading;

    Candidate(
        Entry entry,
        Sender sender,
        List<Entry> around,
        @Nullable String model,
        @Nullable String id) {
      this.entry = entry;
      this.sender = sender;
      this.around = around;
      this.model = model;
      this.id = id;
    }

    Tokens tokens() {
      return reading == null ? Tokens.NONE : Reducer.tokens(reading);
    }

    /** How much it tells apart. */
    int detail() {
      Tokens tokens = tokens();
      return (int)
          LongStream.of(
                  tokens.input(),
                  tokens.output(),
                  tokens.cacheRead(),
                  tokens.cacheWrite(),
                  tokens.cacheWrite1h(),
                  tokens.reasoning())
              .filter(count -> count > 0)
              .count();
    }
  }

  private static Tokens tokens(Reading reading) {
    Tokens sum = Tokens.NONE;
    for (Prompt prompt : reading.prompts()) {
      sum = sum.plus(prompt.tokens());
    }
    return sum;
  }

  private Reduced reduce(List<Entry> entries) {
    List<Candidate> candidates = new ArrayList<>();
    List<Entry> tools = new ArrayList<>();
    for (Entry entry : entries) {
      Sender sender = Senders.of(entry);
      if (sender != null && sender.role() == Role.TOOL) {
        tools.add(entry);
      } else if (sender != null && sender.role() != Role.REPEATS) {
        Candidate candidate = candidate(entry, sender);
        if (candidate != null) {
          candidates.add(candidate);
        }
      }
    }
    candidates.removeAll(around(candidates));
    List<Candidate> calls = once(candidates);
    Map<Entry, ReportedCall.Tools> toolsOf = tools(calls, tools);
    return new Reduced(
        calls.stream()
            .map(call -> report(call, toolsOf.getOrDefault(call.entry, ReportedCall.Tools.NONE)))
            .toList(),
        List.copyOf(rejected));
  }

  private @Nullable Candidate candidate(Entry entry, Sender sender) {
    List<Entry> around = trace.around(entry);
    String model =
        sender.idByCounts()
            ? trace.anywhere(entry, around, sender.models())
            : trace.text(entry, around, sender.models());
    ObjectNode usage = UsageObject.of(entry, sender);
    if (usage == null) {
      // What failed may have cost nothing; what went well and is not counted is shown.
      boolean isCall =
          sender.role() == Role.CALL || entry.attributes().text(sender.models()) != null;
      return entry.failed() || !isCall
          ? null
          : new Candidate(entry, sender, around, model, id(entry, sender, around, null));
    }
    try {
      Reading reading = UsageObject.read(usage, model, entry.scope());
      String id = id(entry, sender, around, reading);
      if (sender.idByCounts() && id == null) {
        reject(
            entry, "its conversation is named in no span of this request: have log records sent");
        return null;
      }
      Candidate candidate = new Candidate(entry, sender, around, model, id);
      candidate.reading = reading;
      return candidate;
    } catch (InvalidRequest invalid) {
      reject(entry, invalid.problem().detail());
      return null;
    }
  }

  private void reject(Entry entry, String message) {
    rejected.add(new Rejected(entry.label(), message));
  }

  /** The provider's name for a call; null where there is none. */
  private @Nullable String id(
      Entry entry, Sender sender, List<Entry> around, @Nullable Reading reading) {
    if (!sender.idByCounts()) {
      return entry.attributes().text(sender.ids());
    }
    String conversation = trace.anywhere(entry, around, SESSION);
    return reading == null || conversation == null
        ? null
        : "counts:" + Ids.hash(conversation + tokens(reading));
  }

  /** Those that are around another one and tell of the same call. */
  private static Set<Candidate> around(List<Candidate> candidates) {
    Map<Entry, Candidate> byEntry = new HashMap<>();
    candidates.forEach(candidate -> byEntry.put(candidate.entry, candidate));
    Set<Candidate> dropped = new HashSet<>();
    for (Candidate inner : candidates) {
      for (Entry span : inner.around) {
        Candidate outer = byEntry.get(span);
        if (outer == null) {
          continue;
        }
        if (inner.reading == null && outer.reading != null) {
          dropped.add(inner);
        } else if (outer.reading == null || isSameCall(outer, inner)) {
          dropped.add(outer);
          inner.replaces.add(span.spanId());
        }
      }
    }
    return dropped;
  }

  private static boolean isSameCall(Candidate outer, Candidate inner) {
    Tokens out = outer.tokens();
    Tokens in = inner.tokens();
    return outer.id == null
        || outer.sender.role() == Role.CALL_UNLESS_AROUND_ONE
        || outer.id.equals(inner.id)
        || (out.context() == in.context() && out.output() == in.output());
  }

  /** Each call once, the reports with most detail first. */
  private static List<Candidate> once(List<Candidate> candidates) {
    List<Candidate> sorted = new ArrayList<>(candidates);
    sorted.sort(
        Comparator.comparing((Candidate candidate) -> candidate.reading == null)
            .thenComparing(Comparator.comparingInt(Candidate::detail).reversed())
            .thenComparing(candidate -> candidate.entry.traceId())
            .thenComparing(candidate -> candidate.entry.spanId()));
    Map<String, List<Candidate>> byId = new HashMap<>();
    List<Candidate> calls = new ArrayList<>();
    for (Candidate candidate : sorted) {
      List<Candidate> same =
          candidate.id == null
              ? List.of()
              : byId.computeIfAbsent(candidate.id, none -> new ArrayList<>(1));
      if (same.stream().noneMatch(call -> reportsSame(call, candidate))) {
        calls.add(candidate);
        if (candidate.id != null) {
          same.add(candidate);
        }
      }
    }
    return calls;
  }

  private static boolean reportsSame(Candidate one, Candidate other) {
    boolean areTwoSpansOfOneScope =
        one.entry.signal() == other.entry.signal()
            && one.entry.scope().equals(other.entry.scope())
            && !one.entry.spanId().equals(other.entry.spanId());
    return !areTwoSpansOfOneScope || (one.reading != null && one.tokens().equals(other.tokens()));
  }

  /** What tools did after each call and before the next one of its trace or session. */
  private Map<Entry, ReportedCall.Tools> tools(List<Candidate> calls, List<Entry> tools) {
    if (tools.isEmpty()) {
      return Map.of();
    }
    Map<String, List<Candidate>> byPlace = new HashMap<>();
    for (Candidate call : calls) {
      if (call.entry.time() != null) {
        byPlace.computeIfAbsent(place(call.entry), none -> new ArrayList<>()).add(call);
      }
    }
    byPlace
        .values()
        .forEach(list ->
            list.sort(Comparator.comparing(call -> Objects.requireNonNull(call.entry.time()))));
    Map<Entry, List<Entry>> after = new HashMap<>();
    for (Entry tool : tools) {
      Instant start = tool.startNanos() == 0 ? tool.time() : Times.ofNanos(tool.startNanos());
      Candidate last = null;
      for (Candidate call : byPlace.getOrDefault(place(tool), List.of())) {
        boolean isBefore =
            start != null && !Objects.requireNonNull(call.entry.time()).isAfter(start);
        last = isBefore ? call : last;
      }
      if (last != null) {
        after.computeIfAbsent(last.entry, none -> new ArrayList<>()).add(tool);
      }
    }
    Map<Entry, ReportedCall.Tools> result = new HashMap<>();
    after.forEach((call, list) -> result.put(call, summed(list)));
    return result;
  }

  private String place(Entry entry) {
    if (!entry.traceId().isEmpty()) {
      return entry.traceId();
    }
    String session = trace.text(entry, List.of(), SESSION);
    return session == null ? "" : session;
  }

  /** Without its arguments, a tool's name is no action: reading ten files is no loop. */
  private static ReportedCall.Tools summed(List<Entry> tools) {
    List<Entry> sorted = new ArrayList<>(tools);
    sorted.sort(Comparator.comparingLong(Entry::startNanos).thenComparing(Entry::spanId));
    StringBuilder action = new StringBuilder();
    StringBuilder result = new StringBuilder();
    for (Entry tool : sorted) {
      String arguments = tool.attributes().anyText(TOOL_ARGUMENTS);
      String name = tool.attributes().text(TOOL_NAME);
      if (arguments != null) {
        action
            .append(name == null ? tool.name() : name)
            .append('\n')
            .append(arguments)
            .append('\n');
      }
      String output = tool.attributes().anyText(TOOL_RESULT);
      if (output != null) {
        result.append(output).append('\n');
      }
    }
    return new ReportedCall.Tools(
        sorted.size(),
        action.isEmpty() ? null : Hash.of(action.toString()),
        result.isEmpty() ? null : Hash.of(result.toString()));
  }

  private ReportedCall report(Candidate call, ReportedCall.Tools tools) {
    Entry entry = call.entry;
    boolean isNamed = call.id != null && call.reading != null;
    String place =
        entry.spanId().isEmpty()
            ? Ids.hash(
                entry.name() + entry.time() + session(entry, call) + call.model + call.tokens())
            : entry.spanId();
    String guessedWithout = call.sender.guessedWithout();
    boolean isGuess =
        entry.attributes().isTrue("gen_ai.usage.estimated")
            || (guessedWithout != null
                && entry.attributes().isTrue("gen_ai.request.stream")
                && !entry.attributes().has(guessedWithout));
    return new ReportedCall(
        Ids.of(isNamed ? Objects.requireNonNull(call.id) : place),
        isNamed,
        entry.scope(),
        entry.traceId(),
        entry.spanId(),
        inside(call),
        session(entry, call),
        customer(entry, call.around),
        call.model,
        call.reading,
        entry.time(),
        isGuess,
        UsageObject.cost(entry.attributes()),
        agent(entry, call.around),
        tools,
        entry.label());
  }

  private List<String> inside(Candidate call) {
    List<String> inside = new ArrayList<>(call.replaces);
    String beyond = trace.beyond(call.entry, call.around);
    if (call.entry.signal() == Entry.Signal.SPAN && !beyond.isEmpty()) {
      inside.add(beyond);
    }
    return inside;
  }

  private @Nullable String session(Entry entry, Candidate call) {
    return call.sender.idByCounts()
        ? trace.anywhere(entry, call.around, SESSION)
        : trace.text(entry, call.around, SESSION);
  }

  private @Nullable String customer(Entry entry, List<Entry> around) {
    String named = trace.text(entry, around, CUSTOMER);
    if (named != null || customerHeader != null) {
      return named == null ? customerHeader : named;
    }
    return trace.text(entry, around, USER);
  }

  private @Nullable String agent(Entry entry, List<Entry> around) {
    return trace.text(entry, around, entry.signal() == Entry.Signal.LOG ? AGENT_OF_LOG : AGENT);
  }
}
