package dev.peras.local;

import com.sun.net.httpserver.HttpServer;
import dev.peras.app.Services;
import dev.peras.app.Settings;
import dev.peras.http.Metrics;
import dev.peras.store.OverrideCache;
import dev.peras.table.Table;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole Peras in this process, over real HTTP: every function of {@code template.yaml} on a
 * loopback port, over a table in a file of its own.
 *
 * <p>Each function has a {@link Services} and a view of the table of its own, held to its policy,
 * as on AWS. Thread-safe.
 */
public final class LocalPeras implements AutoCloseable {
  /** How many connections may wait at once: agents like to start together. */
  private static final int BACKLOG = 1024;

  private final MovableClock clock = new MovableClock();
  private final Map<String, FunctionTable> tables = new LinkedHashMap<>();
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
  private final URI baseUri;
  private final Table table;
  private final @Nullable Path dataDirectory;

  private LocalPeras(
      int port,
      String dataDir,
      @Nullable Table elsewhere,
      Map<String, String> environment,
      Consumer<String> log,
      Consumer<String> onDamage) {
    try {
      // First what fails most often, so that it fails at once.
      HttpServer server = bind(port);
      closing(() -> server.stop(0));
      DataDirectory data = closing(DataDirectory.open(dataDir));
      Template template = Template.load();
      LocalTable own =
          elsewhere == null ? closing(new LocalTable(data.path(), clock, log, onDamage)) : null;
      table = own == null ? Objects.requireNonNull(elsewhere) : own.table();

      URI base = URI.create("http://localhost:" + server.getAddress().getPort());
      var settings = new HashMap<>(environment);
      settings.putIfAbsent("WEBHOOK_SECRETS_KEY", SecretsKey.in(data.path()));
      settings.put("WEBHOOKS_TO_LOOPBACK", "true");
      settings.putIfAbsent("PUBLIC_URL", base.toString());
      var functions = new LinkedHashMap<String, LocalFunction>();
      // In one process, a changed price is in force at once.
      var overrides = new OverrideCache();
      for (Template.Function function : template.functions()) {
        Table view = own == null ? table : held(own, function);
        Services peras =
            Services.over(view, settings(function, settings), clock, overrides, Metrics.NONE);
        functions.put(function.name(), LocalFunction.load(function, peras));
      }
      server.setExecutor(closing(Executors.newVirtualThreadPerTaskExecutor()));
      server.createContext("/", new Gateway(template.routes(), functions, tables, clock, log));
      server.start();
      closing(new Timer(template.schedules(), functions, log));
      if (own != null) {
        own.tell(closing(new ChangeFeed(template.streams(), functions, log)));
      }

      dataDirectory = data.path();
      baseUri = base;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private FunctionTable held(LocalTable own, Template.Function function) {
    FunctionTable view = new FunctionTable(own.table(), function);
    tables.put(function.name(), view);
    return view;
  }

  /** Starts one for a test: on a free port, with its data in memory, saying nothing. */
  public static LocalPeras start(Map<String, String> environment) {
    return start(0, "memory", environment, line -> {}, sentence -> {});
  }

  /**
   * Starts one on a table that is somebody else's, such as DynamoDB's, saying nothing. Policies are
   * not checked there, requests not counted, and new alerts wait for the schedule.
   */
  public static LocalPeras over(Table table, Map<String, String> environment) {
    return new LocalPeras(0, "memory", table, environment, line -> {}, sentence -> {});
  }

  /**
   * Starts one; it is listening when this returns.
   *
   * @param port 0 for a free one
   * @param dataDir a directory, made if missing, or {@code memory}
   * @param environment overrides what the template gives the functions
   * @param log takes one line for each request
   * @param onDamage takes a sentence once the data turns out to be damaged: nothing can be relied
   *     on
   * @throws CannotStartException with a message for a person
   */
  public static LocalPeras start(
      int port,
      String dataDir,
      Map<String, String> environment,
      Consumer<String> log,
      Consumer<String> onDamage) {
    return new LocalPeras(port, dataDir, null, environment, log, onDamage);
  }

  /** Where it listens, without a slash at the end. */
  public URI baseUri() {
    return baseUri;
  }

  /** The clock that all functions see. */
  public MovableClock clock() {
    return clock;
  }

  /** What each function has asked of the table so far, by the function's name. */
  Map<String, Set<Template.Permission>> usedPermissions() {
    var used = new LinkedHashMap<String, Set<Template.Permission>>();
    tables.forEach((function, own) -> used.put(function, own.used()));
    return used;
  }

  /** Its table, for whatever a test wants to do there. */
  public Table table() {
    return table;
  }

  /** Where its data is kept, null when in memory only. */
  public @Nullable Path dataDirectory() {
    return dataDirectory;
  }

  @Override
  public void close() {
    while (!closeables.isEmpty()) {
      try {
        closeables.pop().close();
      } catch (Exception e) {
        // The rest still has to be closed.
      }
    }
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    closeables.push(closeable);
    return closeable;
  }

  static HttpServer bind(int port) {
    // Otherwise each answer waits 40 ms: its head and body are two packets, and the second is held
    // back
    // until the first is acknowledged.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
          BACKLOG);
    } catch (BindException e) {
      throw new CannotStartException(
          "Port %d cannot be used (%s). Stop what listens there, or set PORT to another one."
              .formatted(port, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CannotStartException("The HTTP server does not start: " + e, e);
    }
  }

  private static Settings settings(Template.Function function, Map<String, String> environment) {
    var all = new HashMap<>(function.environment());
    // Whoever deploys has to decide on a cap; on a laptop there is none unless it is set.
    all.putIfAbsent("DEFAULT_MONTHLY_CAP", "none");
    // A removed key opens nothing from the next request on.
    all.putIfAbsent("KEY_CACHE_SECONDS", "0");
    all.putAll(environment);
    all.put("PERAS_TABLE", Template.TABLE);
    try {
      return Settings.fromEnvironment(Map.copyOf(all));
    } catch (IllegalArgumentException e) {
      throw new CannotStartException("A setting is wrong: " + e.getMessage(), e);
    }
  }
}
