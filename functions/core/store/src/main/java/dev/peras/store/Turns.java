package dev.peras.store;

import dev.peras.table.TableBusy;
import dev.peras.table.TimeLimit;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Has those who change one session within a process take turns, in the order in which they came. A
 * session takes one transaction at a time anyway; of those that meet there, DynamoDB refuses all
 * but one, and chance would decide who starves. Thread-safe.
 */
public interface Turns {
  /** Everybody at once, as across processes. */
  Turns NONE =
      new Turns() {
        @Override
        public <T> T inTurn(String sessionId, Duration patience, Supplier<T> work) {
          return work.get();
        }
      };

  /**
   * Does work when its turn has come.
   *
   * @throws TableBusy when that takes too long
   */
  <T> T inTurn(String sessionId, Duration patience, Supplier<T> work);

  /** First come, first served. */
  static Turns fair() {
    return new Fair();
  }

  /** A queue for each session that somebody changes now. */
  final class Fair implements Turns {
    private static final class Queue {
      private final ReentrantLock lock = new ReentrantLock(true);
      private int users;
    }

    private final ConcurrentHashMap<String, Queue> queues = new ConcurrentHashMap<>();

    @Override
    public <T> T inTurn(String sessionId, Duration patience, Supplier<T> work) {
      Queue queue = enter(sessionId);
      try {
        take(queue, patience);
        try {
          return work.get();
        } finally {
          queue.lock.unlock();
        }
      } finally {
        leave(sessionId);
      }
    }

    private static void take(Queue queue, Duration patience) {
      try {
        long nanos = TimeLimit.left(patience).toNanos();
        if (!queue.lock.tryLock(nanos, TimeUnit.NANOSECONDS)) {
          throw new TableBusy("others change this session", null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TableBusy("interrupted", e);
      }
    }

    private Queue enter(String sessionId) {
      return queues.compute(
          sessionId,
          (id, there) -> {
            Queue queue = there == null ? new Queue() : there;
            queue.users++;
            return queue;
          });
    }

    private void leave(String sessionId) {
      queues.computeIfPresent(sessionId, (id, queue) -> --queue.users == 0 ? null : queue);
    }
  }
}
