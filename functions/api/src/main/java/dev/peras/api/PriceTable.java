package dev.peras.api;

import dev.peras.engine.Price;
import dev.peras.engine.Usd;
import dev.peras.store.NamedPrice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of list prices that ships with Peras, by model and by each of a model's other names.
 *
 * <p>Read strictly: a slip in the table must fail the build, not a bill.
 */
public final class PriceTable {
  private static final String RESOURCE = "/dev/peras/engine/prices.json";
  private static final Rule<String> UNIT = Rule.choice("USD per million tokens");
  private static final Rule<String> DATE =
      Rule.matching("\\d{4}-\\d{2}-\\d{2}", "a date such as 2026-11-05");
  private static final Rule<String> TEXT = Rule.text(1, 1000);

  /** Rates are strings, so that no tool on the way reads them as binary fractions. */
  private static final Rule<Usd> RATE =
      new Rule<>(
          "a string: " + Rule.RATE.description(),
          Rule.RATE.placeholder(),
          Rule.asText(Rule.RATE)::read);

  private static final PriceReader PRICES = new PriceReader(RATE);

  private PriceTable() {}

  public static Map<String, NamedPrice> shipped() {
    try (InputStream table = Price.class.getResourceAsStream(RESOURCE)) {
      if (table == null) {
        throw new IllegalStateException("the class path has no " + RESOURCE);
      }
      return read(new String(table.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, NamedPrice> read(String json) {
    Fields table = Fields.of(Json.parseObject(json));
    table.get("schema", Rule.integer(1, 1));
    table.get("unit", UNIT);
    table.get("as_of", DATE);
    List<Fields> rows = table.objects("prices", 1, 10_000);
    Map<String, NamedPrice> prices = new LinkedHashMap<>();
    for (Fields row : rows == null ? List.<Fields>of() : rows) {
      row.get("provider", TEXT);
      String model = row.get("model", Rule.MODEL);
      Price price = PRICES.read(row);
      String source = row.get("source", TEXT) + ", " + row.get("date", DATE);
      add(prices, row, "model", new NamedPrice(model, price, source, null));
      List<String> aliases = row.list("aliases", Rule.MODEL, 100);
      for (String alias : aliases == null ? List.<String>of() : aliases) {
        add(prices, row, "aliases", new NamedPrice(alias, price, source, null));
      }
    }
    table.end();
    return prices;
  }

  private static void add(
      Map<String, NamedPrice> prices, Fields row, String field, NamedPrice price) {
    if (prices.put(price.model(), price) != null) {
      row.fault(field, "names %s a second time".formatted(price.model()));
    }
  }
}
