package dev.peras.json;

import com.fasterxml.jackson.databind.node.DecimalNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.ListPrice;
import dev.peras.engine.pricing.ModelPattern;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.pricing.PricedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The table of list prices that ships with Peras.
 *
 * <p>Read strictly: a slip in the table must fail the build, not a bill.
 */
public final class PriceTable {
  private static final String RESOURCE = "/dev/peras/engine/pricing/prices.json";
  private static final System.Logger LOG = System.getLogger(PriceTable.class.getName());

  /** From this age on the log warns. */
  private static final long OLD_DAYS = 60;

  private static final int MAX_NAMES = 100;
  private static final int MAX_ROWS = 10_000;
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,7}(\\.\\d{1,9})?");
  private static final Rule<String> UNIT = Rule.choice("USD per million tokens");
  private static final Rule<String> TEXT = Rule.text(1, 1000);
  private static final Rule<String> PREFIX = Rule.matching("[a-z0-9_./-]{1,60}/", "a prefix");
  private static final Rule<String> REGION = Rule.matching("[a-z-]{2,10}\\.", "a region");

  private static final Rule<LocalDate> DATE =
      new Rule<>(
          "a date such as 2026-11-05",
          LocalDate.EPOCH,
          node -> node.isTextual() ? date(node.textValue()) : null);

  private static final Rule<ModelPattern> PATTERN =
      new Rule<>(
          "a pattern such as my-model-{date}",
          ModelPattern.of("-*"),
          node -> node.isTextual() ? pattern(node.textValue()) : null);

  /** Rates are strings, so that no tool reads them as binary fractions. */
  private static final Rule<Usd> RATE =
      new Rule<>(
          "a string: " + Rule.RATE.description(),
          Rule.RATE.placeholder(),
          node -> node.isTextual() ? rate(node.textValue()) : null);

  private static final PriceReader PRICES = PriceReader.ofTable(RATE);
  private static final Rule<Long> ORIGIN = Rule.integer(0, 10_000);

  private PriceTable() {}

  /**
   * The table that ships with Peras. It is read at most once in a process, and only where it is
   * needed.
   */
  public static PriceList shipped() {
    return Shipped.PRICES;
  }

  private static final class Shipped {
    static final PriceList PRICES = readShipped();
  }

  /** Whole days since the newest of the table's sources was read; 0 where that is not known. */
  static long ageInDays(PriceList table, Instant now) {
    LocalDate asOf = table.asOf();
    LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
    return asOf == null ? 0 : Math.max(0, ChronoUnit.DAYS.between(asOf, today));
  }

  /** Says in the log when a table is so old that prices may have changed since. */
  private static PriceList current(PriceList table, Instant now) {
    long age = ageInDays(table, now);
    if (age >= OLD_DAYS) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The price table is {0} days old: deploy a newer version, or set overrides",
          age);
    }
    return table;
  }

  private static PriceList readShipped() {
    try (InputStream table = Price.class.getResourceAsStream(RESOURCE)) {
      if (table == null) {
        throw new IllegalStateException("the class path has no " + RESOURCE);
      }
      return current(read(new String(table.readAllBytes(), StandardCharsets.UTF_8)), Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PriceList read(String json) {
    return Fields.read(Json.parseObject(json), PriceTable::draft).list();
  }

  private static Draft draft(Fields table) {
    table.get("schema", Rule.integer(3, 3));
    table.get("unit", UNIT);
    LocalDate asOf = table.get("as_of", DATE);
    List<Origin> origins =
        orEmpty(
            table.objects(
                "origins",
                1,
                MAX_ROWS,
                row -> new Origin(row.get("source", TEXT), row.get("date", DATE).toString())));
    Map<String, Map<String, Usd>> fees = new LinkedHashMap<>();
    table.objects(
        "fees", 0, MAX_ROWS, row -> fees.put(row.get("provider", TEXT), PRICES.fees(row)));
    Map<String, Set<String>> prefixes = new LinkedHashMap<>();
    table.objects("prefixes", 1, MAX_ROWS, row -> addPrefix(prefixes, row));
    List<String> regions = orEmpty(table.list("regions", REGION, MAX_NAMES));
    Map<String, DraftModel> models = new LinkedHashMap<>();
    Context context = new Context(origins, fees);
    table.objects("prices", 1, MAX_ROWS, row -> addPrice(models, context, row));
    return new Draft(models.values(), prefixes, regions, asOf);
  }

  private static Set<String> addPrefix(Map<String, Set<String>> prefixes, Fields row) {
    Set<String> providers = Set.copyOf(orEmpty(row.list("providers", TEXT, MAX_NAMES)));
    prefixes.put(row.get("prefix", PREFIX), providers);
    return providers;
  }

  /** Where figures were read, and when the source was published or looked at. */
  private record Origin(String source, String date) {}

  /** What the rows of the table refer to: origins by number, a provider's usual fees. */
  private record Context(List<Origin> origins, Map<String, Map<String, Usd>> fees) {}

  private static DraftModel addPrice(Map<String, DraftModel> models, Context context, Fields row) {
    String provider = row.get("provider", TEXT);
    String model = row.get("model", Rule.MODEL);
    List<String> aliases = orEmpty(row.list("aliases", Rule.MODEL, MAX_NAMES));
    List<ModelPattern> patterns = orEmpty(row.list("patterns", PATTERN, MAX_NAMES));
    DraftModel draft =
        models.computeIfAbsent(model, name -> new DraftModel(provider, name, aliases, patterns));
    draft.add(row, provider, price(row, provider, context));
    return draft;
  }

  private static ListPrice price(Fields row, String provider, Context context) {
    Map<String, Usd> usual = context.fees().getOrDefault(provider, Map.of());
    Price price = PRICES.read(row).withFees(usual);
    int origin = row.get("origin", ORIGIN).intValue();
    if (origin >= context.origins().size()) {
      row.fault("origin", "is not in the table");
      origin = 0;
    }
    return new ListPrice(
        price,
        row.object("off_peak", offPeak -> OffPeakReader.read(offPeak, PRICES, price)),
        start(row.find("effective_from", DATE)),
        start(row.find("effective_to", DATE)),
        context.origins().get(origin).source(),
        context.origins().get(origin).date());
  }

  private static @Nullable Instant start(@Nullable LocalDate day) {
    return day == null ? null : day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static @Nullable LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Not by the JSON parser: thousands of rates are read before a function's first answer. */
  private static @Nullable Usd rate(String text) {
    return DECIMAL.matcher(text).matches()
        ? Rule.RATE.read(DecimalNode.valueOf(new BigDecimal(text)))
        : null;
  }

  private static @Nullable ModelPattern pattern(String text) {
    try {
      return ModelPattern.of(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** A table that has been read, and not yet been found to be without faults. */
  private record Draft(
      Collection<DraftModel> models,
      Map<String, Set<String>> prefixes,
      List<String> regions,
      LocalDate asOf) {
    PriceList list() {
      return new PriceList(
          models.stream().map(DraftModel::model).toList(), prefixes, regions, asOf);
    }
  }

  /** A model whose prices are still being read. */
  private record DraftModel(
      String provider,
      String name,
      List<String> aliases,
      List<ModelPattern> patterns,
      List<ListPrice> prices) {

    DraftModel(String provider, String name, List<String> aliases, List<ModelPattern> patterns) {
      this(provider, name, aliases, patterns, new ArrayList<>(1));
    }

    void add(Fields row, String itsProvider, ListPrice price) {
      if (!itsProvider.equals(provider)) {
        row.fault("model", "names %s a second time".formatted(name));
      }
      if (!prices.isEmpty() && (row.node("aliases") != null || row.node("patterns") != null)) {
        row.fault("model", "has names in an entry that is not its first");
      }
      prices.add(price);
    }

    PricedModel model() {
      return new PricedModel(provider, name, aliases, patterns, prices);
    }
  }
}
