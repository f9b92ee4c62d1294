package dev.peras.deliverwebhooks;

import java.util.concurrent.atomic.AtomicInteger;

/** What a run has come to so far. Thread-safe. */
final class Counts {
  private static final System.Logger LOG = System.getLogger(Counts.class.getName());

  private final AtomicInteger handedOver = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger postponed = new AtomicInteger();
  private final AtomicInteger dead = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();

  void handedOver() {
    handedOver.incrementAndGet();
  }

  void sent(int count) {
    sent.addAndGet(count);
  }

  void failed() {
    failed.incrementAndGet();
  }

  void postponed() {
    postponed.incrementAndGet();
  }

  void dead() {
    dead.incrementAndGet();
  }

  void fault(String what, RuntimeException why) {
    faults.incrementAndGet();
    LOG.log(System.Logger.Level.WARNING, what, why);
  }

  /** How many deliveries are not due any more. */
  int settled() {
    return sent.get() + failed.get() + postponed.get() + dead.get();
  }

  Deliverer.Result result() {
    return new Deliverer.Result(
        handedOver.get(), sent.get(), failed.get(), postponed.get(), dead.get(), faults.get());
  }
}
