package dev.peras.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The command behind {@code make run}: Peras on {@code http://localhost:3000} until it is stopped.
 *
 * <p>Takes PORT, DATA_DIR and the settings of the functions (DEFAULT_MONTHLY_CAP and so on) from
 * the environment.
 */
public final class LocalRunner {
  private LocalRunner() {}

  public static void main(String[] args) throws InterruptedException {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    LocalPeras peras;
    try {
      Map<String, String> environment = System.getenv();
      peras =
          LocalPeras.start(
              port(environment.getOrDefault("PORT", "3000")),
              environment.getOrDefault("DATA_DIR", ".peras"),
              environment,
              System.out::println,
              LocalRunner::stop);
    } catch (CannotStartException e) {
      System.err.println("Peras did not start. " + e.getMessage());
      System.exit(1);
      return;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  peras.close();
                  // Being stopped is how it ends, so there is no failure to report.
                  Runtime.getRuntime().halt(0);
                },
                "stop"));
    System.out.println(banner(peras));
    while (!isAbandoned(parent)) { // a signal ends the process too
      Thread.sleep(100);
    }
    System.exit(0);
  }

  /** Nothing more may be read from data that is not what was written, nor written to it. */
  private static void stop(String sentence) {
    System.err.println("Peras stops. " + sentence);
    Runtime.getRuntime().halt(1);
  }

  /** Stops when make is killed, which could not pass that on: the port would stay taken. */
  private static boolean isAbandoned(Optional<ProcessHandle> parent) {
    return Boolean.getBoolean("peras.stop-with-parent")
        && !parent.map(ProcessHandle::isAlive).orElse(false);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new CannotStartException("PORT is %s, and has to be 0 to 65535.".formatted(text));
  }

  private static String banner(LocalPeras peras) {
    Path data = peras.dataDirectory();
    return """

    Peras listens on %1$s (Ctrl-C stops it)
      data  %2$s

    Try:  curl -s %1$s/v1/sessions -H 'content-type: application/json' -d '{"budget": 0.50}'
    """
        .formatted(peras.baseUri(), data == null ? "in memory, gone at the end" : data);
  }
}
