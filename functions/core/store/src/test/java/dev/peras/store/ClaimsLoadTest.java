package dev.peras.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.embedded.EmbeddedTable;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.table.MemoryTable;
import dev.peras.table.Table;
import dev.peras.testing.MovableClock;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many sessions of one customer at once: nothing is refused or lost, and few records write the
 * account. {@code make bench-claims} runs all of it on a table on disk.
 */
class ClaimsLoadTest {
  private static final ClaimsLoad WHOLE = new ClaimsLoad(200, 100, 16);
  private static final ClaimsLoad SMALL = new ClaimsLoad(16, 100, 16);

  private final MovableClock clock = new MovableClock("2026-11-10T12:00:00Z");

  static List<Arguments> loads() {
    Table embedded = EmbeddedTable.inMemory(EmbeddedTable.Observer.NONE);
    return List.of(
        Arguments.of(Named.of("in memory", new MemoryTable()), WHOLE),
        Arguments.of(Named.of("embedded", embedded), SMALL));
  }

  @ParameterizedTest
  @MethodSource("loads")
  void far_from_every_threshold_the_account_is_written_less_than_once_per_ten_records(
      Table table, ClaimsLoad load) throws Exception {
    ClaimsLoad.Result result =
        load.run(table, TestStore.limits(load.spend("20"), load.spend("10")), clock, done -> {});
    assertAllThere(load, result);
    assertThat(result.month().standing()).isEqualTo(Standing.OK);
    assertThat(result.accountWrites() * 10).isLessThan(load.total());
  }

  @ParameterizedTest
  @MethodSource("loads")
  void past_a_threshold_and_the_cap_every_record_is_there_all_the_same(Table table, ClaimsLoad load)
      throws Exception {
    ClaimsLoad.Result result =
        load.run(table, TestStore.limits(load.spend("0.9"), load.spend("0.5")), clock, done -> {});
    assertAllThere(load, result);
    assertThat(result.month().standing()).isEqualTo(new Standing(Standing.State.CAPPED, true));
    assertThat(result.month().remaining()).isEqualTo(Usd.ZERO);
  }

  private static void assertAllThere(ClaimsLoad load, ClaimsLoad.Result result) {
    Usd all = Usd.of(load.spend("1"));
    assertThat(result.steps()).isEqualTo(load.total());
    assertThat(result.spent()).isEqualTo(all);
    assertThat(result.month().spent()).isEqualTo(all);
  }
}
