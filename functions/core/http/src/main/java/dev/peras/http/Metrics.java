package dev.peras.http;

import dev.peras.engine.detectors.Warning;
import dev.peras.engine.money.Usd;
import java.util.Collection;

/**
 * Metrics for operators. They are for graphs and alarms, not for accounting: the exact figures are
 * in the table. Thread-safe.
 */
public interface Metrics {
  /** Discards all metrics. */
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

  /** Writes the metrics since the last flush, if there are any. */
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
