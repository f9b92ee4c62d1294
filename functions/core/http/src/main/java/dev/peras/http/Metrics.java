package dev.peras.http;

import dev.peras.engine.detectors.Warning;
import dev.peras.engine.money.Usd;
import java.util.Collection;

/**
 * Figures for whoever operates Peras. They are for graphs and alarms, not for accounts: what counts
 * is in the table. Thread-safe.
 */
public interface Metrics {
  /** Where nobody looks at figures. */
  Metrics NONE =
      new Metrics() {
        @Override
        public void count(String name, long by) {}

        @Override
        public void cost(Usd cost) {}

        @Override
        public void flush() {}
      };

  /** Adds to a count, such as {@code RecordedEvents}. */
  void count(String name, long by);

  /** Adds to what was spent. */
  void cost(Usd cost);

  /** Writes the figures since the last time, if there are any. */
  void flush();

  /** Counts warnings, all together and by type: {@code Warnings}, {@code WarningsRetryLoop}. */
  default void warnings(Collection<Warning> raised) {
    for (Warning warning : raised) {
      count("Warnings", 1);
      StringBuilder name = new StringBuilder("Warnings");
      for (String word : warning.type().wireName().split("_", -1)) {
        name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
      }
      count(name.toString(), 1);
    }
  }
}
