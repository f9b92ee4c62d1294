package dev.peras.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory that keeps a runner's data, held by one runner at a time.
 *
 * <p>Two would not harm the data, but each would miss what the other changes. The lock is the
 * operating system's, so it goes with the process however that ends.
 */
final class DataDirectory implements AutoCloseable {
  private static final String MEMORY = "memory";

  private final @Nullable Path path;
  private final @Nullable FileChannel lock;

  private DataDirectory(@Nullable Path path, @Nullable FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * @param location a directory, made if missing, or {@code memory} for none
   */
  static DataDirectory open(String location) {
    if (location.equals(MEMORY)) {
      return new DataDirectory(null, null);
    }
    try {
      Path path = Files.createDirectories(Path.of(location).toAbsolutePath().normalize());
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new CannotStartException(
            "DATA_DIR %s is in use by another runner. Stop it, or set DATA_DIR to another directory."
                .formatted(path));
      }
      return new DataDirectory(path, channel);
    } catch (IOException | IllegalArgumentException e) {
      throw new CannotStartException(
          "DATA_DIR %s cannot be used (%s). Set DATA_DIR to a directory that can be written, or to memory."
              .formatted(location, e),
          e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by a runner in this very process
    }
  }

  /** Where the data is, or null when it is kept in memory only. */
  @Nullable Path path() {
    return path;
  }

  @Override
  public void close() {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        // The process's end releases it too.
      }
    }
  }
}
