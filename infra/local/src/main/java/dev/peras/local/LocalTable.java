package dev.peras.local;

import dev.peras.embedded.CannotOpenException;
import dev.peras.embedded.EmbeddedTable;
import dev.peras.table.Transactions.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The runner's table, with what DynamoDB does by itself: telling of changes, and expiry. */
final class LocalTable implements AutoCloseable {
  private static final Duration BETWEEN_EXPIRIES = Duration.ofMinutes(1);

  private final EmbeddedTable table;
  private final ScheduledExecutorService expiry;
  private volatile @Nullable ChangeFeed feed;

  /**
   * @param directory where the data is kept, null to keep none
   * @param clock that functions see
   * @param log takes lines for a person
   * @param onDamage takes a sentence once the data turns out not to be what was written
   */
  LocalTable(
      @Nullable Path directory,
      InstantSource clock,
      Consumer<String> log,
      Consumer<String> onDamage) {
    var observer =
        new EmbeddedTable.Observer() {
          @Override
          public void committed(List<Change> changes) {
            ChangeFeed to = feed;
            if (to != null) {
              to.committed(changes);
            }
          }

          @Override
          public void damaged(String sentence) {
            onDamage.accept(sentence);
          }

          @Override
          public void writing(String sentence) {
            log.accept(sentence);
          }
        };
    try {
      table =
          directory == null
              ? EmbeddedTable.inMemory(observer)
              : EmbeddedTable.open(directory, observer);
    } catch (CannotOpenException e) {
      throw new CannotStartException(String.valueOf(e.getMessage()), e);
    }
    expiry =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("expiry").factory());
    long seconds = BETWEEN_EXPIRIES.toSeconds();
    var unused =
        expiry.scheduleWithFixedDelay(() -> expire(clock, log), seconds, seconds, TimeUnit.SECONDS);
  }

  EmbeddedTable table() {
    return table;
  }

  void tell(ChangeFeed changes) {
    feed = changes;
  }

  /** By the earlier of two times, so that moving the runner's clock makes nothing vanish. */
  private void expire(InstantSource clock, Consumer<String> log) {
    try {
      Instant real = Instant.now();
      Instant now = clock.instant();
      int unused = table.expire(now.isBefore(real) ? now : real);
    } catch (RuntimeException e) {
      log.accept("Expired items are still there: " + e);
    }
  }

  @Override
  public void close() {
    expiry.shutdownNow();
    table.close();
  }
}
