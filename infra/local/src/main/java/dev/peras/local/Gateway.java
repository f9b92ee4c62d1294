package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Stands in for API Gateway: finds a request's route, calls its function, writes the answer. */
final class Gateway implements HttpHandler {
  /** What Lambda takes, in bytes: 6 MB, and a body may arrive as base64. */
  static final int MAX_BODY = 4_500_000;

  /** How much of a refused body is read and thrown away, so that the client gets to the answer. */
  private static final long MAX_DRAIN = 64L << 20;

  private final List<Route> routes;
  private final Map<String, LocalFunction> functions;
  private final LocalCalls localCalls;
  private final MovableClock clock;
  private final Consumer<String> log;

  Gateway(
      List<Route> routes,
      Map<String, LocalFunction> functions,
      Map<String, FunctionTable> tables,
      MovableClock clock,
      Consumer<String> log) {
    this.routes = routes;
    this.functions = functions;
    this.localCalls = new LocalCalls(functions, tables, clock);
    this.clock = clock;
    this.log = log;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    Reply reply;
    try (exchange) {
      reply = answer(exchange);
      write(exchange, reply);
    }
    log.accept(
        "%s %-6s %s %d %d ms"
            .formatted(
                LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                reply.status(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
  }

  private Reply answer(HttpExchange exchange) throws IOException {
    try {
      byte[] body = body(exchange);
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getRawPath();
      if (path.startsWith(LocalCalls.PREFIX)) {
        return localCalls.answer(method, path, new String(body, UTF_8));
      }
      Route.Match match = Route.match(routes, method, path);
      if (match == null) {
        throw new Problem(404, "Not found", "not_found", "There is no route for " + path + ".");
      }
      LocalFunction function = Objects.requireNonNull(functions.get(match.route().function()));
      Object response = function.invoke(HttpEvents.of(exchange, match, body, clock.instant()));
      return Reply.of((APIGatewayV2HTTPResponse) Objects.requireNonNull(response));
    } catch (Problem problem) {
      return problem.reply();
    } catch (RuntimeException | LinkageError e) {
      // A fault of Peras, not of who called it: shown here, not to them.
      e.printStackTrace();
      return new Problem(500, "Internal error", "internal_error", "See the runner's output.")
          .reply();
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException, Problem {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      in.skip(MAX_DRAIN);
      exchange.getResponseHeaders().set("connection", "close");
      throw new Problem(
          413, "Content too large", "body_too_large", "A body may have 4.5 MB at most.");
    }
    return body;
  }

  private static void write(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::put);
    byte[] body = reply.body();
    int length = body.length;
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("content-length", Integer.toString(length));
      exchange.sendResponseHeaders(reply.status(), -1);
    } else if (length == 0) {
      exchange.sendResponseHeaders(reply.status(), -1);
    } else {
      exchange.sendResponseHeaders(reply.status(), length);
      exchange.getResponseBody().write(body);
    }
  }
}
