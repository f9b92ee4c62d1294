package dev.peras.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes everything that {@link Generated} knows into the checkout: {@code make generate}. */
public final class Generate {
  private Generate() {}

  /** Runs in the checkout's root, and says what it wrote. */
  public static void main(String[] args) throws IOException {
    for (Map.Entry<Path, String> file : new Generated(Path.of("")).stale().entrySet()) {
      if (file.getValue().isEmpty()) {
        Files.delete(file.getKey());
        System.out.println("removed " + file.getKey());
      } else {
        Files.writeString(file.getKey(), file.getValue());
        System.out.println("wrote " + file.getKey());
      }
    }
  }
}
