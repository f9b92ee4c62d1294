package dev.peras.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The key that seals webhook endpoints' secrets here: made once, and kept beside the data. */
final class SecretsKey {
  private static final int BYTES = 32;

  private SecretsKey() {}

  /**
   * @param directory where the data is; null for a key that lasts as long as data in memory
   */
  static String in(@Nullable Path directory) {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    String made = Base64.getEncoder().encodeToString(key);
    if (directory == null) {
      return made;
    }
    Path file = directory.resolve("webhook-secrets.key");
    try {
      if (!Files.exists(file)) {
        Files.createFile(file, ownersOnly(file));
        Files.writeString(file, made);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CannotStartException("%s cannot be used (%s).".formatted(file, e), e);
    }
  }

  /** As far as the file system knows owners. */
  private static FileAttribute<?>[] ownersOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
