package dev.peras.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's Runtime API for one function process, over HTTP on the loopback interface.
 *
 * <p>The runtime client in the process asks for the next event and posts what came of it. Under
 * SnapStart it first says that it can be frozen, and is held there until {@link #restore}. What the
 * process says about itself completes a future; nothing here waits without an end.
 */
final class RuntimeApi implements AutoCloseable {
  /**
   * What became of one event.
   *
   * @param isError whether the function failed, rather than answered
   * @param nanos from handing out the event to having the whole answer
   */
  record Answer(String payload, boolean isError, long nanos) {}

  private record Invocation(String id, String event, CompletableFuture<Answer> answer) {
    Invocation(String event) {
      this(UUID.randomUUID().toString(), event, new CompletableFuture<>());
    }
  }

  private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
  private static final String RESTORE_NEXT = "/2018-06-01/runtime/restore/next";

  static {
    // A header and a body in two packets would otherwise wait for each other, for 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Duration timeout;
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final CompletableFuture<Long> frozen = new CompletableFuture<>();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();
  private final CompletableFuture<Boolean> restore = new CompletableFuture<>();
  private volatile @Nullable Invocation current;
  private volatile long handedOutAtNanos;

  /**
   * @param timeout of the function: what its context says is left
   */
  RuntimeApi(Duration timeout) {
    this.timeout = timeout;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What AWS_LAMBDA_RUNTIME_API says. */
  String address() {
    return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  /** By {@link System#nanoTime}, when the process said it can be frozen. Only under SnapStart. */
  CompletableFuture<Long> frozen() {
    return frozen;
  }

  /** By {@link System#nanoTime}, when the process first asked for an event. */
  CompletableFuture<Long> ready() {
    return ready;
  }

  /** Lets a frozen process go on, as where its snapshot is restored. */
  void restore() {
    restore.complete(true);
  }

  /** Hands an event to the process. */
  CompletableFuture<Answer> invoke(String event) {
    Invocation invocation = new Invocation(event);
    waiting.add(invocation);
    return invocation.answer();
  }

  /** Whatever is waited for fails with this: the process ended. */
  void fail(Throwable cause) {
    frozen.completeExceptionally(cause);
    ready.completeExceptionally(cause);
    Invocation invocation = current;
    if (invocation != null) {
      invocation.answer().completeExceptionally(cause);
    }
    waiting.forEach(i -> i.answer().completeExceptionally(cause));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals(INVOCATION + "next")) {
        next(exchange);
      } else if (path.equals(RESTORE_NEXT)) {
        frozen.complete(System.nanoTime());
        restore.join();
        exchange.sendResponseHeaders(200, -1);
      } else if (path.startsWith(INVOCATION)) {
        answered(exchange, path.endsWith("/error"));
      } else { // init/error and restore/error
        String error = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        exchange.sendResponseHeaders(202, -1);
        fail(new IllegalStateException("The function does not start: " + error));
      }
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    ready.complete(System.nanoTime());
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException e) {
      return; // closed
    }
    current = invocation;
    byte[] event = invocation.event().getBytes(UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json");
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
    headers.set(
        "Lambda-Runtime-Deadline-Ms",
        Long.toString(System.currentTimeMillis() + timeout.toMillis()));
    headers.set(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:us-east-1:000000000000:function:packaged:live");
    headers.set("Lambda-Runtime-Trace-Id", "Root=1-67891233-abcdef012345678912345678;Sampled=0");
    handedOutAtNanos = System.nanoTime();
    exchange.sendResponseHeaders(200, event.length);
    exchange.getResponseBody().write(event);
  }

  private void answered(HttpExchange exchange, boolean isError) throws IOException {
    String payload = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    long nanos = System.nanoTime() - handedOutAtNanos;
    exchange.sendResponseHeaders(202, -1);
    Invocation invocation = current;
    current = null;
    if (invocation != null) {
      invocation.answer().complete(new Answer(payload, isError, nanos));
    }
  }

  @Override
  public void close() {
    restore.complete(false);
    server.stop(0);
    executor.shutdownNow();
  }
}
