package dev.peras.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The functions of a deployment on one database, a process each, started when first called. */
final class RunningFunctions implements AutoCloseable {
  private final Deployment deployment;
  private final Path folder;
  private final Map<String, String> environment;
  private final Map<String, FunctionProcess> processes = new LinkedHashMap<>();

  /**
   * @param folder where zips are unpacked to
   * @param environment in place of the template's, see {@link #database}
   */
  RunningFunctions(Deployment deployment, Path folder, Map<String, String> environment) {
    this.deployment = deployment;
    this.folder = folder;
    this.environment = environment;
  }

  /**
   * The variables by which a function finds a database other than that of its account, and those
   * that have no default: a key, and receivers on this machine.
   */
  static Map<String, String> database(URI endpoint, String table) {
    return Map.of(
        "QUARKUS_DYNAMODB_ENDPOINT_OVERRIDE",
        endpoint.toString(),
        "PERAS_TABLE",
        table,
        "WEBHOOK_SECRETS_KEY",
        "A".repeat(43) + "=",
        "WEBHOOKS_TO_LOOPBACK",
        "true");
  }

  RuntimeApi.Answer call(Deployment.Trigger trigger) {
    return call(trigger, trigger.event());
  }

  RuntimeApi.Answer call(Deployment.Trigger trigger, String event) {
    return process(trigger.function()).invoke(event);
  }

  FunctionProcess process(String function) {
    return processes.computeIfAbsent(function, this::start);
  }

  private FunctionProcess start(String name) {
    Deployment.Function function = deployment.function(name);
    try {
      FunctionProcess process =
          new FunctionProcess(function, Zips.unpack(function, folder), environment);
      process.restore();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.values().forEach(FunctionProcess::close);
  }
}
