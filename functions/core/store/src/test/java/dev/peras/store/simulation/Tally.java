package dev.peras.store.simulation;

import java.util.Map;
import java.util.TreeMap;

/** Counts what happened, so that nothing passes by never happening. */
final class Tally {
  private final Map<String, long[]> counts = new TreeMap<>();

  void add(String what) {
    add(what, 1);
  }

  void add(String what, long times) {
    counts.computeIfAbsent(what, w -> new long[1])[0] += times;
  }

  long of(String what) {
    long[] count = counts.get(what);
    return count == null ? 0 : count[0];
  }

  long sum(String prefix) {
    long sum = 0;
    for (Map.Entry<String, long[]> entry : counts.entrySet()) {
      sum += entry.getKey().startsWith(prefix) ? entry.getValue()[0] : 0;
    }
    return sum;
  }

  long sumEnding(String suffix) {
    long sum = 0;
    for (Map.Entry<String, long[]> entry : counts.entrySet()) {
      sum += entry.getKey().endsWith(suffix) ? entry.getValue()[0] : 0;
    }
    return sum;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((what, count) -> text.append("  %-44s %,12d%n".formatted(what, count[0])));
    return text.toString();
  }
}
