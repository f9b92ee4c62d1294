package dev.peras.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peras.engine.Usd;
import dev.peras.store.NamedPrice;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTableTest {
  private static final String ROW =
      "{'provider':'p','model':'m','aliases':['p/m'],'input':'2.5','output':'10',"
          + "'cache_read':'0.25','batch':{'input':'1.25','output':'5'},"
          + "'tiers':[{'above_input_tokens':200000,'input':'5','output':'15'}],"
          + "'source':'s','date':'2026-11-01'}";

  @Test
  void readsAModelAndItsOtherNames() {
    Map<String, NamedPrice> prices = PriceTable.read(table(ROW));

    assertThat(prices).containsOnlyKeys("m", "p/m");
    NamedPrice price = requireNonNull(prices.get("p/m"));
    assertThat(price.model()).isEqualTo("p/m");
    assertThat(price.source()).isEqualTo("s, 2026-11-01");
    assertThat(price.price().rates().cacheRead()).isEqualTo(Usd.of("0.25"));
    assertThat(price.price().rates().cacheWrite()).isEqualTo(Usd.of("2.5"));
    assertThat(price.price().ratesFor(200_001, false).output()).isEqualTo(Usd.of("15"));
    assertThat(price.price().ratesFor(200_001, true).output()).isEqualTo(Usd.of("5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'input':2.5,", "'input':'-1',", "'input':'1e',", "'input':'',", "'input':'NaN',"})
  void refusesRatesThatAreNoDecimalStrings(String input) {
    assertThatThrownBy(() -> PriceTable.read(table(ROW.replace("'input':'2.5',", input))))
        .hasMessageContaining("prices[0].input must be a string: a number from 0");
  }

  @Test
  void refusesANameThatComesTwice() {
    assertThatThrownBy(() -> PriceTable.read(table(ROW + "," + ROW)))
        .hasMessageContaining("prices[1].model names m a second time");
  }

  @Test
  void refusesUnknownFields() {
    assertThatThrownBy(() -> PriceTable.read(table(ROW.replace("'date'", "'dated'"))))
        .hasMessageContaining("prices[0].date is missing");
  }

  private static String table(String rows) {
    return ("{'schema':1,'unit':'USD per million tokens','as_of':'2026-11-01','prices':["
            + rows
            + "]}")
        .replace('\'', '"');
  }
}
