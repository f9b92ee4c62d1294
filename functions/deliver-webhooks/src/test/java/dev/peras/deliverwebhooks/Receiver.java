package dev.peras.deliverwebhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A webhook receiver on the loopback address, whose paths each behave as they are told. */
final class Receiver implements AutoCloseable {
  /** What follows once a request has been read and noted. */
  @FunctionalInterface
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  /** Takes it. */
  static final Behaviour OK = answering(204);

  /** Closes the connection without an answer. */
  static final Behaviour DROPS = HttpExchange::close;

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  /** A request as it came. */
  record Received(String path, String id, String timestamp, List<String> signatures, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(body, e);
      }
    }

    JsonNode data() {
      return json().path("data");
    }

    /** Whether one of the signatures is what the library makes of this with a secret. */
    boolean isSignedWith(String secret) {
      try {
        return signatures.contains(new Webhook(secret).sign(id, Long.parseLong(timestamp), body));
      } catch (WebhookSigningException | EmptyWebhookSecretException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Behaviour answering(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  /** Says nothing until this receiver is closed. */
  Behaviour hanging() {
    return exchange -> {
      closed.await();
      exchange.close();
    };
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  void behave(String path, Behaviour behaviour) {
    behaviours.put(path, behaviour);
  }

  List<Received> received() {
    return received;
  }

  List<String> ids() {
    return received.stream().map(Received::id).toList();
  }

  List<Received> at(String path) {
    return received.stream().filter(request -> request.path().equals(path)).toList();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String path = exchange.getRequestURI().getPath();
    received.add(
        new Received(
            path,
            header(exchange, "webhook-id"),
            header(exchange, "webhook-timestamp"),
            List.of(header(exchange, "webhook-signature").split(" ")),
            body));
    try {
      behaviours.getOrDefault(path, OK).answer(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    List<String> values = exchange.getRequestHeaders().getOrDefault(name, new ArrayList<>());
    return values.isEmpty() ? "" : values.getFirst();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
