package dev.peras.json;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.pricing.PriceList;
import dev.peras.engine.usage.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Peras beside the calculators of the packages that its prices come from, on what these said when
 * {@code calculators.csv} was made. A difference must be explained in
 * infra/price-table/differences.md.
 */
class CalculatorsTest {
  private static final Path EXPLAINED = Path.of("../../../infra/price-table/differences.md");

  /** The calculators reckon in binary fractions. */
  private static final BigDecimal TOLERANCE = new BigDecimal("0.000000001");

  private static final Pattern COMMA = Pattern.compile(", *");

  @Test
  void every_difference_is_explained_and_every_explanation_is_needed() throws IOException {
    PriceList prices = PriceTable.shipped();
    Set<String> differing = new TreeSet<>();
    List<String> lines = lines();
    for (String line : lines) {
      List<String> row = List.of(COMMA.split(line, -1));
      Tokens tokens = new Tokens(count(row, 4), count(row, 5), count(row, 6), count(row, 7), 0, 0);
      BigDecimal ours =
          requireNonNull(prices.priceOf(row.get(2), Instant.parse(row.get(3))), line)
              .ratesFor(tokens.context(), false)
              .costOf(tokens)
              .value();
      BigDecimal difference = ours.subtract(new BigDecimal(row.get(8))).abs();
      if (difference.compareTo(ours.multiply(TOLERANCE)) > 0) {
        differing.add(row.get(0) + " " + row.get(2));
      }
    }

    assertThat(lines).hasSizeGreaterThanOrEqualTo(500);
    assertThat(differing).isEqualTo(explained());
  }

  private static long count(List<String> row, int column) {
    return Long.parseLong(row.get(column));
  }

  private static List<String> lines() throws IOException {
    try (InputStream file = CalculatorsTest.class.getResourceAsStream("calculators.csv")) {
      return new String(requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .toList();
    }
  }

  /** The pairs of a calculator and a model in the rows of the table. */
  private static Set<String> explained() throws IOException {
    Set<String> explained = new TreeSet<>();
    for (String line : Files.readAllLines(EXPLAINED)) {
      if (line.startsWith("| genai-prices |") || line.startsWith("| tokenlens |")) {
        List<String> cells = List.of(line.split(" \\| ", -1));
        for (String model : COMMA.split(cells.get(2), -1)) {
          explained.add(cells.getFirst().substring(2) + " " + model);
        }
      }
    }
    return explained;
  }
}
