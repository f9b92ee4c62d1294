package dev.peras.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation is worth something only if it finds faults: it must find each of these. */
class MutantsTest {
  private static final int SEEDS = 200;

  @ParameterizedTest
  @EnumSource
  void every_mutant_is_found(Mutant mutant) {
    String failure = null;
    int seed = 0;
    while (failure == null && seed < SEEDS) {
      seed++;
      failure = Simulate.outcome(seed, Simulate.OPERATIONS, new Tally(), Trace.NONE, mutant::over);
    }
    assertThat(failure).as(mutant.toString()).isNotNull();
    System.out.printf("%s%n    found by seed %d: %s%n", mutant, seed, firstLine(failure));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
