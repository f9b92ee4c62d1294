package dev.peras.usage;

import static dev.peras.usage.Meaning.AUDIO_CACHED;
import static dev.peras.usage.Meaning.AUDIO_INPUT;
import static dev.peras.usage.Meaning.AUDIO_OUTPUT;
import static dev.peras.usage.Meaning.CACHE_READ;
import static dev.peras.usage.Meaning.CACHE_WRITE;
import static dev.peras.usage.Meaning.CACHE_WRITE_1H;
import static dev.peras.usage.Meaning.CACHE_WRITE_5M;
import static dev.peras.usage.Meaning.EXTRA_INPUT;
import static dev.peras.usage.Meaning.IMAGE_CACHED;
import static dev.peras.usage.Meaning.IMAGE_INPUT;
import static dev.peras.usage.Meaning.IMAGE_OUTPUT;
import static dev.peras.usage.Meaning.INPUT;
import static dev.peras.usage.Meaning.OUTPUT;
import static dev.peras.usage.Meaning.OUTPUT_PART;
import static dev.peras.usage.Meaning.REASONING;
import static dev.peras.usage.Meaning.TEXT_CACHED;
import static dev.peras.usage.Meaning.TEXT_INPUT;
import static dev.peras.usage.Meaning.TEXT_OUTPUT;
import static dev.peras.usage.Meaning.TOTAL;
import static dev.peras.usage.Meaning.UNCACHED_INPUT;

import dev.peras.engine.usage.Media;
import dev.peras.engine.usage.Tokens;
import dev.peras.json.Rule;
import dev.peras.usage.Shape.Place;
import dev.peras.usage.Shape.Total;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes disjoint buckets of counts of one shape.
 *
 * <p>Whether cached tokens are counted inside the input, and reasoning inside the output, follows
 * from the shape, or from what the counts allow: a part is never more than its whole, and a total
 * is the sum of its parts. Each way of counting that a shape allows is tried, and those that
 * contradict the counts are out.
 */
final class Interpreter {
  private final Shape shape;
  private final Counts counts;
  private final Sender sender;

  /** What tokens come to in one way of counting. */
  record Buckets(Tokens tokens, Media media) {}

  /** Where cached tokens and reasoning are counted. */
  private record Way(boolean cacheInside, Reasoned reasoned) {
    String words() {
      return "cached tokens " + (cacheInside ? "inside" : "beside") + " the input";
    }
  }

  private enum Reasoned {
    INSIDE,
    BESIDE,
    /** Beside the output, and not listed: what the total has more. */
    HIDDEN
  }

  /** What is wrong with a way of counting is thrown within this class only. */
  private static final class Contradiction extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    Contradiction(String field, String message) {
      super(message, null, false, false);
      fault = new Fault(field, message);
    }
  }

  /**
   * All ways of counting that make sense; one, if all is well.
   *
   * @param readings with what is said of each to tell it from others
   * @param faults why there is none
   */
  record Result(Map<Buckets, String> readings, List<Fault> faults) {}

  Interpreter(Shape shape, Counts counts, Sender sender) {
    this.shape = shape;
    this.counts = counts;
    this.sender = sender;
  }

  Result read() {
    if (!counts.faults().isEmpty()) {
      return new Result(Map.of(), counts.faults());
    }
    Map<Buckets, String> readings = new LinkedHashMap<>();
    Fault first = null;
    for (Way way : ways()) {
      if (!readings.isEmpty() && !isUndecided()) {
        break;
      }
      try {
        readings.putIfAbsent(buckets(way), way.words());
      } catch (Contradiction e) {
        first = first == null ? e.fault : first;
      }
    }
    return new Result(readings, readings.isEmpty() && first != null ? List.of(first) : List.of());
  }

  /** Whether all ways are equally likely; otherwise they come by likelihood. */
  private boolean isUndecided() {
    return switch (shape.cache()) {
      case SHOWN -> true;
      case SHOWN_FOR_CLAUDE -> sender.isClaude() && sender.habit() == Sender.Habit.UNKNOWN;
      default -> false;
    };
  }

  private List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (boolean inside : cacheWays()) {
      switch (shape.reasoning()) {
        case BESIDE -> ways.add(new Way(inside, Reasoned.BESIDE));
        case INSIDE -> ways.add(new Way(inside, Reasoned.INSIDE));
        default -> {
          ways.add(new Way(inside, Reasoned.INSIDE));
          ways.add(new Way(inside, Reasoned.BESIDE));
          if (sender.isGemini()) {
            ways.add(new Way(inside, Reasoned.HIDDEN));
          }
        }
      }
    }
    return ways;
  }

  private List<Boolean> cacheWays() {
    Place place = shape.cache();
    if (place == Place.INSIDE || place == Place.BESIDE) {
      return List.of(place == Place.INSIDE);
    }
    if (place == Place.SHOWN) {
      return List.of(true, false);
    }
    return switch (sender.habit()) {
      case INSIDE -> List.of(true);
      case BESIDE -> List.of(false);
      case UNKNOWN -> sender.isClaude() ? List.of(true, false) : List.of(true);
    };
  }

  private Buckets buckets(Way way) {
    if (shape.sums().contains(Total.ONLY)) {
      return checked(new Tokens(counts.get(TOTAL), 0, 0, 0, 0, 0), Media.NONE);
    }
    long read = counts.get(CACHE_READ);
    long hour = counts.get(CACHE_WRITE_1H);
    long written = written();
    long input = counts.get(INPUT) + counts.get(EXTRA_INPUT);
    if (way.cacheInside()) {
      input -= uncachedLess(read, written);
    }
    checkUncached(way, read, written);
    long reasoning = reasoning(way);
    long output = counts.get(OUTPUT) + (way.reasoned() == Reasoned.INSIDE ? 0 : reasoning);
    checkTotal(way, read, written, reasoning);
    checkOutput(output);
    Tokens tokens = new Tokens(input, output, read, written - hour, hour, reasoning);
    return checked(tokens, media(way, tokens));
  }

  /** All tokens written to a cache. What the parts leave of the sum is written for minutes. */
  private long written() {
    long parts = counts.get(CACHE_WRITE_5M) + counts.get(CACHE_WRITE_1H);
    if (!counts.has(CACHE_WRITE)) {
      return parts;
    }
    if (counts.get(CACHE_WRITE) < parts) {
      throw new Contradiction(
          counts.field(CACHE_WRITE),
          "must be at least %d, the sum of %s"
              .formatted(parts, names(CACHE_WRITE_5M, CACHE_WRITE_1H)));
    }
    return counts.get(CACHE_WRITE);
  }

  private long uncachedLess(long read, long written) {
    if (read > counts.get(INPUT)) {
      throw new Contradiction(
          counts.field(CACHE_READ), "must not be more than " + counts.name(INPUT));
    }
    if (read + written > counts.get(INPUT)) {
      Meaning name = counts.has(CACHE_WRITE) ? CACHE_WRITE : CACHE_WRITE_1H;
      String together = counts.has(CACHE_READ) ? ", together with " + counts.name(CACHE_READ) : "";
      throw new Contradiction(
          counts.field(name), "must not be more than " + counts.name(INPUT) + together);
    }
    return read + written;
  }

  private void checkUncached(Way way, long read, long written) {
    if (!counts.has(UNCACHED_INPUT)) {
      return;
    }
    long uncached = counts.get(UNCACHED_INPUT);
    long input = counts.get(INPUT);
    boolean isRest =
        way.cacheInside() && (uncached == input - read || uncached == input - read - written);
    if (!isRest) {
      throw new Contradiction(
          counts.field(INPUT),
          "must be %d, the sum of %s"
              .formatted(
                  uncached + read + written, names(CACHE_READ, CACHE_WRITE, UNCACHED_INPUT)));
    }
  }

  private long reasoning(Way way) {
    long reasoning = counts.get(REASONING);
    switch (way.reasoned()) {
      case INSIDE -> {
        if (reasoning > counts.get(OUTPUT)) {
          throw new Contradiction(
              counts.field(REASONING), "must not be more than " + counts.name(OUTPUT));
        }
      }
      case BESIDE -> {
        // Where senders differ, only a total can show that reasoning is not in the output.
        if (shape.reasoning() != Place.BESIDE && (!counts.has(TOTAL) || reasoning == 0)) {
          throw new Contradiction(counts.field(TOTAL), "is missing");
        }
      }
      case HIDDEN -> {
        long rest = counts.get(TOTAL) - counts.get(INPUT) - counts.get(OUTPUT);
        if (!counts.has(TOTAL) || reasoning != 0 || rest <= 0) {
          throw new Contradiction(counts.field(TOTAL), "has no room for more reasoning");
        }
        return rest;
      }
    }
    return reasoning;
  }

  private void checkTotal(Way way, long read, long written, long reasoning) {
    if (!counts.has(TOTAL)) {
      return;
    }
    long plain = counts.get(INPUT) + counts.get(EXTRA_INPUT) + counts.get(OUTPUT);
    long beside = way.cacheInside() ? 0 : read + written;
    long reasoned = way.reasoned() == Reasoned.INSIDE ? 0 : reasoning;
    long total = counts.get(TOTAL);
    boolean omitsCache = shape.sums().contains(Total.WITHOUT_CACHE);
    boolean omitsReasoning = shape.sums().contains(Total.WITHOUT_REASONING);
    boolean isSum =
        total == plain + beside + reasoned
            || (omitsCache && total == plain + reasoned)
            || (omitsReasoning && total == plain + beside)
            || (sender.habit() == Sender.Habit.BESIDE && total == plain + reasoned);
    if (!isSum) {
      List<Meaning> parts = new ArrayList<>(List.of(INPUT, EXTRA_INPUT));
      if (beside > 0) {
        parts.addAll(List.of(CACHE_READ, CACHE_WRITE));
      }
      parts.add(OUTPUT);
      if (reasoned > 0) {
        parts.add(REASONING);
      }
      throw new Contradiction(
          counts.field(TOTAL),
          "must be %d, the sum of %s"
              .formatted(plain + beside + reasoned, names(parts.toArray(Meaning[]::new))));
    }
  }

  private void checkOutput(long output) {
    long media = counts.get(AUDIO_OUTPUT) + counts.get(IMAGE_OUTPUT);
    Meaning first = counts.has(AUDIO_OUTPUT) ? AUDIO_OUTPUT : IMAGE_OUTPUT;
    checkParts(media + counts.get(TEXT_OUTPUT), media > 0 ? first : TEXT_OUTPUT, OUTPUT, output);
    checkParts(counts.get(OUTPUT_PART), OUTPUT_PART, OUTPUT, output);
  }

  private void checkParts(long parts, Meaning part, Meaning whole, long most) {
    if (parts > most) {
      throw new Contradiction(
          counts.field(part),
          "must not be more than " + counts.name(whole) + ", all parts together");
    }
  }

  private Media media(Way way, Tokens tokens) {
    long audio = counts.get(AUDIO_INPUT);
    long image = counts.get(IMAGE_INPUT);
    long prompt = way.cacheInside() ? tokens.context() : tokens.input();
    Meaning first = audio > 0 ? AUDIO_INPUT : image > 0 ? IMAGE_INPUT : TEXT_INPUT;
    checkParts(audio + image + counts.get(TEXT_INPUT), first, INPUT, prompt);
    long cachedAudio = counts.get(AUDIO_CACHED);
    long cachedImage = counts.get(IMAGE_CACHED);
    boolean isSplit =
        counts.has(AUDIO_CACHED) || counts.has(IMAGE_CACHED) || counts.has(TEXT_CACHED);
    if (isSplit) {
      Meaning part = cachedAudio > 0 ? AUDIO_CACHED : cachedImage > 0 ? IMAGE_CACHED : TEXT_CACHED;
      long parts = cachedAudio + cachedImage + counts.get(TEXT_CACHED);
      checkParts(parts, part, CACHE_READ, tokens.cacheRead());
      checkParts(cachedAudio, AUDIO_CACHED, AUDIO_INPUT, Math.max(audio, 0));
      checkParts(cachedImage, IMAGE_CACHED, IMAGE_INPUT, Math.max(image, 0));
    } else if (way.cacheInside() && tokens.cacheRead() > 0 && audio > 0) {
      cachedAudio = cachedAudio(audio, image, prompt, tokens.cacheRead());
    }
    // Images in the cache that nobody tells apart are what does not fit beside them.
    cachedImage = Math.max(cachedImage, image - (tokens.input() - (audio - cachedAudio)));
    return new Media(
        audio - cachedAudio,
        cachedAudio,
        image - cachedImage,
        cachedImage,
        counts.get(AUDIO_OUTPUT),
        counts.get(IMAGE_OUTPUT));
  }

  /** How much of the cached tokens is audio, where that can only be one number. */
  private long cachedAudio(long audio, long image, long prompt, long read) {
    long most = Math.min(audio, read);
    long least = Math.max(0, read - (prompt - audio));
    if (most != least || image > 0) {
      throw new Contradiction(
          counts.field(CACHE_READ),
          "does not say how much of it is audio, which has a rate of its own: it may be %d or %d."
                  .formatted(least, most)
              + " Send the split of cached tokens, too, or token buckets");
    }
    return most;
  }

  private static Buckets checked(Tokens tokens, Media media) {
    long largest =
        LongStream.of(
                tokens.input(),
                tokens.output(),
                tokens.cacheRead(),
                tokens.cacheWrite(),
                tokens.cacheWrite1h())
            .max()
            .orElseThrow();
    if (largest > Rule.MAX_TOKENS) {
      throw new Contradiction(
          "usage", "adds up to more than %d tokens of a kind".formatted(Rule.MAX_TOKENS));
    }
    return new Buckets(tokens, media);
  }

  private String names(Meaning... meanings) {
    List<String> names = new ArrayList<>();
    for (Meaning meaning : meanings) {
      if (counts.has(meaning)) {
        names.add(counts.name(meaning));
      } else if (meaning == OUTPUT) {
        names.add(shape.wording(OUTPUT, false));
      }
    }
    return String.join(" and ", names);
  }

  /** The name of a count that is missing, as its shape calls it. */
  static @Nullable Meaning missing(Shape shape, Counts counts) {
    if (shape.sums().contains(Total.ONLY)) {
      return counts.has(TOTAL) ? null : TOTAL;
    }
    boolean isCharged = !counts.fees().isEmpty() && shape.sums().contains(Total.WITHOUT_INPUT);
    if (!counts.has(INPUT)) {
      return isCharged ? null : INPUT;
    }
    boolean mayLackOutput =
        shape.sums().contains(Total.WITHOUT_OUTPUT)
            || (shape.sums().contains(Total.STANDS_FOR_OUTPUT) && counts.has(TOTAL));
    return counts.has(OUTPUT) || mayLackOutput ? null : OUTPUT;
  }
}
