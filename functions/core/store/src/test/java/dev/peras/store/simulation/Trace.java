package dev.peras.store.simulation;

import dev.peras.table.Write;
import java.util.ArrayDeque;
import java.util.List;

/** The last things that happened, kept only when a run is repeated to be told. */
class Trace {
  private static final int LINES = 120;

  /** Keeps nothing. */
  static final Trace NONE =
      new Trace() {
        @Override
        void add(Object who, Object what) {}

        @Override
        void add(Object who, String call, Object subject, String outcome) {}
      };

  private final ArrayDeque<String> lines = new ArrayDeque<>();

  void add(Object who, Object what) {
    lines.add("%-9s %s".formatted(who, what));
    if (lines.size() > LINES) {
      lines.removeFirst();
    }
  }

  void add(Object who, String call, Object subject, String outcome) {
    add(who, "    %s %s %s".formatted(call, describe(subject), outcome));
  }

  private static Object describe(Object subject) {
    if (!(subject instanceof List<?> list)) {
      return subject;
    }
    return list.stream()
        .map(one -> one instanceof Write write ? describe(write) : one.toString())
        .toList();
  }

  private static String describe(Write write) {
    String kind = write.getClass().getSimpleName();
    return kind + " " + write.key().pk() + "/" + write.key().sk();
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
