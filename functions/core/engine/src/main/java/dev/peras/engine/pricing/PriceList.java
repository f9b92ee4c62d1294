package dev.peras.engine.pricing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The list prices of models under all of their names. Immutable.
 *
 * <p>A name that the list has, as a name or an alias, is taken before one that matches a pattern.
 * Only a name that is neither is taken apart: a provider's prefix comes off in front, and what is
 * left must be a model of that provider; then a region of Bedrock; at the end, a snapshot's date,
 * or a variant that costs what its model costs. Nothing else is ever taken off, so that a name with
 * an unknown ending stays unknown instead of getting the price of a neighbour. An alias that moves,
 * such as {@code -latest}, means another model than the name without it: it must be listed.
 */
public final class PriceList {
  /** The provider whose names start with regions and come in ARNs. */
  public static final String BEDROCK = "amazon";

  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\\d*:(?:foundation-model|inference-profile)/(.+)");

  /** A model of Vertex as a resource, of which only the end names it. */
  private static final Pattern RESOURCE =
      Pattern.compile("projects/[^/]+/locations/[^/]+/(publishers/[^/]+/models/.+)");

  /** A region of AWS as a path before an id of Bedrock. */
  private static final Pattern REGION_PATH =
      Pattern.compile("(?:bedrock/)?([a-z]{2}(?:-[a-z]+)+-\\d)/([^/]+)");

  /** A model under one of its names. */
  private record Known(PricedModel model, List<PriceMatch.By> by) {}

  private record Patterned(ModelPattern pattern, Known known) {}

  private final List<PricedModel> models;
  private final Map<String, Known> byName = new HashMap<>();
  private final TreeMap<String, List<Patterned>> byHead = new TreeMap<>();
  private final Map<String, Set<String>> prefixes;
  private final Set<String> regions;
  private final @Nullable LocalDate asOf;

  /** The models of Bedrock that are listed at another price in a region that comes as a path. */
  private final Set<String> differingByPath = new HashSet<>();

  /** By model of Bedrock, the regions that are listed at its price. */
  private final Map<String, Set<String>> sameIn = new HashMap<>();

  /** The models of Bedrock that cost something else in a region. */
  private final Set<String> differing = new HashSet<>();

  /**
   * A list of prices.
   *
   * @param prefixes what may stand before a name, ending in a slash, and whose models it may stand
   *     before
   * @param regions what may stand before Bedrock's ids, ending in a dot
   * @throws IllegalArgumentException when two models have the same name
   */
  public PriceList(
      Collection<PricedModel> models,
      Map<String, Set<String>> prefixes,
      Collection<String> regions) {
    this(models, prefixes, regions, null);
  }

  /**
   * A list of prices that says when its sources were read.
   *
   * @param asOf the day of its newest source; null where that is not known
   */
  public PriceList(
      Collection<PricedModel> models,
      Map<String, Set<String>> prefixes,
      Collection<String> regions,
      @Nullable LocalDate asOf) {
    this.asOf = asOf;
    this.models = List.copyOf(models);
    this.prefixes = Map.copyOf(prefixes);
    this.regions = Set.copyOf(regions);
    for (PricedModel model : this.models) {
      add(model.name(), new Known(model, List.of(PriceMatch.By.EXACT)));
      Known alias = new Known(model, List.of(PriceMatch.By.ALIAS));
      model.aliases().forEach(name -> add(name, alias));
      Known patterned = new Known(model, List.of(PriceMatch.By.PATTERN));
      for (ModelPattern pattern : model.patterns()) {
        byHead
            .computeIfAbsent(pattern.head(), head -> new ArrayList<>())
            .add(new Patterned(pattern, patterned));
      }
    }
    byName.forEach(this::compareRegions);
    byName.forEach(this::comparePaths);
    // Names ignore case, since providers do, and some write a name both ways.
    for (Map.Entry<String, Known> entry : List.copyOf(byName.entrySet())) {
      byName.putIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue());
    }
  }

  private void add(String name, Known known) {
    Known other = byName.putIfAbsent(name, known);
    if (other != null) {
      throw new IllegalArgumentException(
          "%s names both %s of %s and %s of %s"
              .formatted(
                  name,
                  other.model().name(),
                  other.model().provider(),
                  known.model().name(),
                  known.model().provider()));
    }
  }

  private void compareRegions(String name, Known known) {
    String id = withoutRegion(name);
    Known anywhere = id == null ? null : byName.get(id);
    if (id == null || anywhere == null) {
      return;
    }
    String model = anywhere.model().name();
    if (isSamePrice(anywhere, known)) {
      String region = name.substring(0, name.length() - id.length());
      sameIn.computeIfAbsent(model, none -> new HashSet<>()).add(region);
    } else {
      differing.add(model);
    }
  }

  private static boolean isSamePrice(Known one, Known other) {
    return one.model().equals(other.model()) || rates(one).equals(rates(other));
  }

  /** What a model costs at any time, at any length. */
  private static List<Object> rates(Known known) {
    List<Object> rates = new ArrayList<>();
    for (ListPrice price : known.model().prices()) {
      rates.add(price.price().rates());
      rates.add(price.price().tiers());
    }
    return rates;
  }

  private void comparePaths(String name, Known known) {
    Matcher path = REGION_PATH.matcher(name);
    if (path.matches() && !isGovernment(path.group(1))) {
      String id = path.group(2);
      Known anywhere = byName.get(id);
      if (anywhere == null || !isSamePrice(anywhere, known)) {
        differingByPath.add(id);
      }
    }
  }

  /** When the newest of the list's sources was read; null where that is not known. */
  public @Nullable LocalDate asOf() {
    return asOf;
  }

  /** All models, in the list's order. */
  public List<PricedModel> models() {
    return models;
  }

  /** The price of a model at a moment; null for an unknown one. */
  public @Nullable Price priceOf(String model, Instant at) {
    Known known = known(model, null);
    return known == null ? null : known.model().priceAt(at).at(at);
  }

  /** The price in force at that moment and how it was found; null for an unknown model. */
  public @Nullable PriceMatch find(String name, Instant at) {
    Known known = known(name, null);
    return known == null
        ? null
        : new PriceMatch(known.model(), known.model().priceAt(at), known.by());
  }

  /**
   * Finds a model.
   *
   * @param of the provider whose model it must be; null for any
   */
  private @Nullable Known known(String name, @Nullable Set<String> of) {
    if (name.isEmpty()) {
      return null;
    }
    Known known = listed(name, of);
    if (known == null) {
      known = prefixed(name, of);
    }
    if (known == null) {
      known = regional(name, of);
    }
    if (known == null) {
      known = snapshot(name, of);
    }
    return known == null ? variant(name, of) : known;
  }

  private @Nullable Known listed(String name, @Nullable Set<String> of) {
    Known known = byName.get(name);
    if (known == null) {
      known = patterned(name);
    }
    if (known == null && hasCapital(name)) {
      known = byName.get(name.toLowerCase(Locale.ROOT));
    }
    return known == null || (of != null && !of.contains(known.model().provider())) ? null : known;
  }

  private static boolean hasCapital(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isUpperCase(name.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Goes through the heads that the name starts with, the longest first. */
  private @Nullable Known patterned(String name) {
    String head = byHead.floorKey(name);
    while (head != null) {
      if (name.startsWith(head)) {
        for (Patterned candidate : byHead.getOrDefault(head, List.of())) {
          if (candidate.pattern().matches(name)) {
            return candidate.known();
          }
        }
      }
      head = head.isEmpty() ? null : byHead.floorKey(shared(name, head));
    }
    return null;
  }

  /** The longest text shorter than the head that both start with: no other head can come before. */
  private static String shared(String name, String head) {
    int end = 0;
    int most = Math.min(name.length(), head.length() - 1);
    while (end < most && name.charAt(end) == head.charAt(end)) {
      end++;
    }
    return name.substring(0, end);
  }

  private @Nullable Known prefixed(String name, @Nullable Set<String> of) {
    if (name.startsWith("arn:")) {
      Matcher arn = ARN.matcher(name);
      return arn.matches() && (of == null || of.contains(BEDROCK))
          ? after(PriceMatch.By.ARN, known(arn.group(1), Set.of(BEDROCK)))
          : null;
    }
    if (name.startsWith("projects/")) {
      Matcher resource = RESOURCE.matcher(name);
      return resource.matches() ? after(PriceMatch.By.PREFIX, known(resource.group(1), of)) : null;
    }
    Matcher path = mayStartWithRegion(name) ? REGION_PATH.matcher(name) : null;
    if (path != null && path.matches() && (of == null || of.contains(BEDROCK))) {
      return isGovernment(path.group(1)) || differingByPath.contains(path.group(2))
          ? null
          : after(PriceMatch.By.REGION, known(path.group(2), Set.of(BEDROCK)));
    }
    for (int end = name.lastIndexOf('/'); end >= 0; end = name.lastIndexOf('/', end - 1)) {
      Set<String> providers = prefixes.get(name.substring(0, end + 1));
      if (providers != null) {
        Set<String> allowed = providers;
        if (of != null) {
          allowed = new HashSet<>(providers);
          allowed.retainAll(of);
        }
        Known known = known(name.substring(end + 1), allowed);
        if (known != null) {
          return after(PriceMatch.By.PREFIX, known);
        }
      }
      if (end == 0) {
        break;
      }
    }
    return null;
  }

  /**
   * Removes Bedrock's region where the price does not depend on it. Where it does, only the regions
   * in the list have a price.
   */
  private @Nullable Known regional(String name, @Nullable Set<String> of) {
    String id = withoutRegion(name);
    if (id == null || (of != null && !of.contains(BEDROCK))) {
      return null;
    }
    Known known = known(id, Set.of(BEDROCK));
    if (known == null) {
      return null;
    }
    String model = known.model().name();
    String region = name.substring(0, name.length() - id.length());
    if (differing.contains(model) && !sameIn.getOrDefault(model, Set.of()).contains(region)) {
      return null;
    }
    return after(PriceMatch.By.REGION, known);
  }

  private @Nullable String withoutRegion(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && regions.contains(name.substring(0, dot + 1)) ? name.substring(dot + 1) : null;
  }

  private @Nullable Known snapshot(String name, @Nullable Set<String> of) {
    String model = ModelVersions.without(name);
    return model == null ? null : after(PriceMatch.By.SNAPSHOT, listed(model, of));
  }

  /** Clouds for governments have prices of their own. */
  private static boolean isGovernment(String region) {
    return region.contains("-gov-");
  }

  private static boolean mayStartWithRegion(String name) {
    return name.startsWith("bedrock/") || (name.length() > 2 && name.charAt(2) == '-');
  }

  private @Nullable Known variant(String name, @Nullable Set<String> of) {
    String model = ModelVersions.withoutVariant(name);
    return model == null ? null : after(PriceMatch.By.VARIANT, known(model, of));
  }

  private static @Nullable Known after(PriceMatch.By step, @Nullable Known known) {
    if (known == null) {
      return null;
    }
    List<PriceMatch.By> by = new ArrayList<>();
    by.add(step);
    by.addAll(known.by());
    return new Known(known.model(), by);
  }
}
