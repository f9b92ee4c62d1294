package dev.peras.packaged;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * One process of a function, as Lambda runs it: its unpacked zip as the working directory, the
 * runtime client alone on the class path, and the variables of the template. As under SnapStart it
 * stops where its snapshot would be taken, until {@link #restore}.
 *
 * <p>It gets no variable of this process, so what it needs has to be in its zip or its template.
 */
final class FunctionProcess implements AutoCloseable {
  /** Far longer than anything takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String RUNTIME_CLASS_PATH =
      Stream.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class)
          .map(FunctionProcess::jar)
          .collect(Collectors.joining(File.pathSeparator));

  private final RuntimeApi api;
  private final Process process;
  private final Path output;
  private final long startedAtNanos;
  private final CompletableFuture<Void> ended;

  /**
   * Starts a process, and does not wait for it.
   *
   * @param taskRoot its unpacked zip
   * @param environment further variables, and others in place of the template's
   */
  FunctionProcess(Deployment.Function function, Path taskRoot, Map<String, String> environment) {
    api = new RuntimeApi(function.machine().timeout());
    try {
      output = Files.createTempFile(taskRoot.getParent(), function.name(), ".log");
      ProcessBuilder builder = new ProcessBuilder(command(function));
      builder.directory(taskRoot.toFile());
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(function.environment());
      builder.environment().putAll(lambda(function, taskRoot));
      builder.environment().putAll(environment);
      startedAtNanos = System.nanoTime();
      process = builder.start();
    } catch (IOException e) {
      api.close();
      throw new UncheckedIOException(e);
    }
    ended =
        process.onExit().thenAccept(p -> api.fail(new IllegalStateException(ended(p.exitValue()))));
  }

  private static List<String> command(Deployment.Function function) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // As the managed runtime does: part of the memory, and where org.crac finds its hooks.
        "-Xmx" + function.machine().memoryMegabytes() * 3 / 4 + "m",
        "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        RUNTIME_CLASS_PATH,
        AWSLambda.class.getName(),
        function.handler());
  }

  private Map<String, String> lambda(Deployment.Function function, Path taskRoot) {
    return Map.ofEntries(
        Map.entry("AWS_LAMBDA_RUNTIME_API", api.address()),
        Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"),
        Map.entry("AWS_LAMBDA_FUNCTION_NAME", function.name()),
        Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "" + function.machine().memoryMegabytes()),
        Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name()),
        Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "packaged"),
        Map.entry("LAMBDA_TASK_ROOT", taskRoot.toString()),
        Map.entry("_HANDLER", function.handler()),
        Map.entry("AWS_REGION", "us-east-1"),
        Map.entry("AWS_ACCESS_KEY_ID", "local"),
        Map.entry("AWS_SECRET_ACCESS_KEY", "local"),
        Map.entry("TZ", ":UTC"));
  }

  private static String jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until it can be frozen. Returns the nanoseconds since its start. */
  long awaitFrozen() {
    return get(api.frozen()) - startedAtNanos;
  }

  void restore() {
    api.restore();
  }

  /** Waits until it asks for events. Returns the nanoseconds since its start. */
  long awaitReady() {
    return get(api.ready()) - startedAtNanos;
  }

  RuntimeApi.Answer invoke(String event) {
    return get(api.invoke(event));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String ended(int status) {
    return "The process ended with " + status + ":\n" + output();
  }

  private <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("No answer in " + PATIENCE + ":\n" + output(), e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    ended.join();
    api.close();
  }
}
