package dev.peras.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file beside the database that says how many of its commits were answered. SQLite takes a log
 * that is damaged or gone for one that ends there; by this file what was answered and is not there
 * any more is noticed.
 *
 * <p>It is written after each commit and not forced to disk: after the machine itself stopped it
 * may say too few, but never too many.
 */
final class Acknowledged implements AutoCloseable {
  private final FileChannel file;

  private Acknowledged(FileChannel file) {
    this.file = file;
  }

  static Acknowledged open(Path path) throws IOException {
    return new Acknowledged(
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /** How many commits a file speaks of; 0 if it cannot be read. */
  static long in(Path path) throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    String text = new String(Files.readAllBytes(path), US_ASCII).strip();
    return text.matches("\\d{19}") ? Long.parseLong(text) : 0;
  }

  void set(long commits) throws IOException {
    ByteBuffer text =
        US_ASCII.encode(
            String.format(Locale.ROOT, "%019d%n", commits)); // the same length each time
    while (text.hasRemaining()) {
      file.write(text, text.position());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
