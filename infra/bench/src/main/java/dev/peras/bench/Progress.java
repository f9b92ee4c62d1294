package dev.peras.bench;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Prints now and then how much is done. Thread-safe. */
final class Progress implements IntConsumer {
  private static final int LINES = 5;

  private final String what;
  private final int all;
  private final AtomicInteger lines = new AtomicInteger();

  /**
   * Nothing is done yet.
   *
   * @param what is counted, such as "records"
   */
  Progress(String what, int all) {
    this.what = what;
    this.all = all;
  }

  @Override
  public void accept(int done) {
    int line = lines.get();
    boolean isDue = (long) done * LINES >= (line + 1L) * all;
    if (isDue && lines.compareAndSet(line, line + 1)) {
      System.out.printf(Locale.ROOT, "  %,d of %,d %s%n", done, all, what);
    }
  }
}
