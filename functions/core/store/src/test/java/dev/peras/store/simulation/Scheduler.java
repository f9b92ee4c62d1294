package dev.peras.store.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets many agents run as if at once, one at a time: whoever runs hands over at points that the
 * seed chooses. Time is simulated, too: it passes at these points, and while everyone sleeps.
 */
final class Scheduler {
  private static final int LONGEST_CALL_NANOS = 6_000_000;

  private final Chance chance;
  private final int switchPercent;
  private final List<Strand> ready = new ArrayList<>();
  private final PriorityQueue<Strand> asleep =
      new PriorityQueue<>(
          Comparator.<Strand>comparingLong(s -> s.wakesAt).thenComparingInt(s -> s.agent.number()));
  private @Nullable Strand running;
  private @Nullable Throwable failure;
  private CountDownLatch done = new CountDownLatch(0);
  private long nanos;
  private long switches;

  Scheduler(Chance chance, int switchPercent) {
    this.chance = chance;
    this.switchPercent = switchPercent;
  }

  /** Unwinds an agent when the run is over. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("the run is over", null, false, false);
    }
  }

  /** An agent's thread of control. It runs only while it has the baton. */
  private static final class Strand {
    private final Agent agent;
    private final Thread thread;
    private volatile boolean hasBaton;
    private long wakesAt;

    Strand(Agent agent, Thread thread) {
      this.agent = agent;
      this.thread = thread;
    }

    void resume() {
      hasBaton = true;
      LockSupport.unpark(thread);
    }

    void await() {
      while (!hasBaton) {
        LockSupport.park(this);
      }
      hasBaton = false;
    }
  }

  long nanos() {
    return nanos;
  }

  long switches() {
    return switches;
  }

  /** Who runs now. */
  Agent agent() {
    return Objects.requireNonNull(running).agent;
  }

  /** Runs agents until all have finished, or one has failed. */
  void run(List<Agent> agents) {
    done = new CountDownLatch(1);
    for (Agent agent : agents) {
      Strand[] self = new Strand[1];
      Thread thread = Thread.ofVirtual().unstarted(() -> live(self[0]));
      self[0] = new Strand(agent, thread);
      ready.add(self[0]);
    }
    ready.forEach(strand -> strand.thread.start());
    running = takeReady();
    running.resume();
    try {
      done.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    running = null;
    if (failure instanceof Violation violation) {
      throw violation;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  private void live(Strand strand) {
    strand.await();
    try {
      if (failure == null) {
        strand.agent.run();
      }
    } catch (Stopped e) {
      // The run is over.
    } catch (Throwable e) {
      failure = failure == null ? e : failure;
    }
    if (ready.isEmpty() && asleep.isEmpty()) {
      done.countDown();
    } else {
      Strand next = next();
      running = next;
      next.resume();
    }
  }

  /** A point where another agent may go on. */
  void point() {
    nanos += chance.below(LONGEST_CALL_NANOS);
    wake();
    if (!ready.isEmpty() && chance.percent(switchPercent)) {
      Strand me = Objects.requireNonNull(running);
      Strand next = takeReady();
      ready.add(me);
      handTo(next, me);
    }
  }

  void sleep(long duration) {
    Strand me = Objects.requireNonNull(running);
    me.wakesAt = nanos + duration;
    asleep.add(me);
    Strand next = next();
    if (next != me) {
      handTo(next, me);
    }
  }

  private void handTo(Strand next, Strand me) {
    switches++;
    running = next;
    next.resume();
    me.await();
    if (failure != null) {
      throw new Stopped();
    }
  }

  private Strand next() {
    wake();
    if (ready.isEmpty()) {
      nanos = Objects.requireNonNull(asleep.peek()).wakesAt;
      wake();
    }
    return takeReady();
  }

  private void wake() {
    Strand first = asleep.peek();
    while (first != null && first.wakesAt <= nanos) {
      ready.add(Objects.requireNonNull(asleep.poll()));
      first = asleep.peek();
    }
  }

  private Strand takeReady() {
    int index = chance.below(ready.size());
    Strand taken = ready.get(index);
    ready.set(index, ready.getLast());
    ready.removeLast();
    return taken;
  }
}
