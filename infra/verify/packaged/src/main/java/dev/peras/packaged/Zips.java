package dev.peras.packaged;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The functions' zips. */
final class Zips {
  private Zips() {}

  /**
   * Unpacks a function's zip.
   *
   * @return the folder that it is in now
   */
  static Path unpack(Deployment.Function function, Path into) throws IOException {
    Path folder = into.resolve(function.name());
    try (ZipFile zip = open(function)) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException(function.zip() + " has an entry outside: " + entry.getName());
        }
        if (!entry.isDirectory()) {
          Files.createDirectories(target.getParent());
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target);
          }
        }
      }
    }
    return folder;
  }

  static ZipFile open(Deployment.Function function) throws IOException {
    if (!Files.exists(function.zip())) {
      throw new IOException(function.zip() + " is not there: build it with make package");
    }
    return new ZipFile(function.zip().toFile());
  }
}
