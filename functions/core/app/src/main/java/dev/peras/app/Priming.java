package dev.peras.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Hash;
import dev.peras.http.LogContext;
import dev.peras.http.Metrics;
import dev.peras.json.Json;
import dev.peras.store.StartRequest;
import io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Runs what is slow the first time before Lambda takes the snapshot of the process, so that no
 * request waits for it. A failure is logged, and the function starts all the same.
 *
 * <p>It writes nothing to the table. A made-up event runs on a {@link PrimingDynamoDb}, with
 * services that are thrown away, so that what they keep in memory does not get into the snapshot
 * either.
 */
@Singleton
public class Priming implements Resource {
  /** Requests for priming, from the function's own zip; none for a function outside the API. */
  private static final String REQUESTS = "/priming.json";

  /**
   * A complete event that matches no route: it exercises the way in and out, and touches nothing.
   */
  private static final String UNROUTED = "unrouted.json";

  private static final String SESSION = "priming";
  private static final String OVERRIDE = "priming/own-model";
  private static final Price PRICE = Price.of(Rates.of(Usd.of("1"), Usd.of("2")));

  /** Enough for the JVM to compile most of a call's code, which it does after 200 calls. */
  private static final int ROUNDS = 250;

  private static final int READS = 100;

  /** No request waits for it, and Lambda gives a start under SnapStart more than two minutes. */
  private static final Duration LONGEST_READ = Duration.ofSeconds(20);

  private static final System.Logger LOG = System.getLogger(Priming.class.getName());

  private final Instance<Services> peras;
  private final Instance<DynamoDbClient> client;
  private final Instance<RequestHandler<?, ?>> handler;

  @Inject
  public Priming(
      Instance<Services> peras,
      Instance<DynamoDbClient> client,
      @Any Instance<RequestHandler<?, ?>> handler) {
    this.peras = peras;
    this.client = client;
    this.handler = handler;
  }

  /** Registers for the snapshot. Keep a reference to this object: Lambda holds it weakly. */
  void register(@Observes @Initialized(ApplicationScoped.class) Object started) {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    prime("the database", this::read);
    prime("the figures", this::count);
    prime("an event", this::practise);
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {}

  @FunctionalInterface
  private interface Step {
    void run() throws IOException, ReflectiveOperationException;
  }

  private static void prime(String what, Step step) {
    try {
      step.run();
      LOG.log(System.Logger.Level.INFO, "Primed {0}", what);
    } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.log(System.Logger.Level.WARNING, "Not primed: " + what, e);
    }
  }

  /**
   * Reads items that never exist: resolves address and credentials, sets up TLS, and runs the
   * network code often enough to be compiled.
   */
  private void read() {
    AttributeValue nowhere = AttributeValue.fromS("PRIMING");
    String table = peras.get().settings().table();
    for (int i = 0; i < READS; i++) {
      client
          .get()
          .getItem(r ->
              r.tableName(table)
                  .key(Map.of("pk", nowhere, "sk", nowhere))
                  .overrideConfiguration(c -> c.apiCallTimeout(LONGEST_READ)));
    }
  }

  private void count() {
    Metrics metrics = peras.get().metrics();
    metrics.count("Snapshots", 1);
    metrics.flush();
  }

  private void practise() throws IOException, ReflectiveOperationException {
    List<APIGatewayV2HTTPEvent> requests = requests();
    try (DynamoDbClient database = PrimingDynamoDb.client();
        LogContext context = LogContext.ofInvocation()) {
      context.put(Map.of("priming", "true")); // logs of priming are no logs of a request
      Services before = practicePeras(database);
      boolean unused = before.prices().put(OVERRIDE, PRICE, null);
      before
          .sessions()
          .start(
              new StartRequest(
                  SESSION, SESSION, null, null, null, null, Map.of(), Hash.of(SESSION)));
      if (requests.isEmpty()) {
        Object ignored = practisingHandler(database).handleRequest(Map.of(), null);
      } else {
        practise(database, requests);
      }
    }
  }

  private void practise(DynamoDbClient database, List<APIGatewayV2HTTPEvent> requests)
      throws IOException, ReflectiveOperationException {
    byte[] unrouted = resource(UNROUTED);
    RequestStreamHandler quarkus = new QuarkusStreamHandler();
    // By reflection, as Lambda's runtime client does: the first such call is a slow one.
    Method wayIn =
        QuarkusStreamHandler.class.getMethod(
            "handleRequest",
            InputStream.class,
            OutputStream.class,
            com.amazonaws.services.lambda.runtime.Context.class);
    for (int i = 0; i < ROUNDS; i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      wayIn.invoke(quarkus, new ByteArrayInputStream(unrouted), out, null);
      if (Json.parseObject(out.toString(UTF_8)).path("statusCode").asInt() != 404) {
        throw new IllegalStateException("the way in came to " + out.toString(UTF_8));
      }
      for (APIGatewayV2HTTPEvent request : requests) {
        APIGatewayV2HTTPResponse answer =
            (APIGatewayV2HTTPResponse) practisingHandler(database).handleRequest(request, null);
        if (answer.getStatusCode() >= 300) {
          throw new IllegalStateException("practice came to " + answer.getBody());
        }
      }
    }
  }

  /** A new one each time: it finds nothing in memory, as a process that goes on from a snapshot. */
  @SuppressWarnings("unchecked") // another of what was injected
  private RequestHandler<Object, Object> practisingHandler(DynamoDbClient database)
      throws ReflectiveOperationException {
    return (RequestHandler<Object, Object>)
        handler
            .get()
            .getClass()
            .getConstructor(Services.class)
            .newInstance(practicePeras(database));
  }

  private Services practicePeras(DynamoDbClient database) {
    Services real = peras.get();
    return Services.create(database, real.settings().forPractice(), real.clock(), Metrics.NONE);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Priming.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("there is no " + name);
      }
      return in.readAllBytes();
    }
  }

  private static List<APIGatewayV2HTTPEvent> requests() throws IOException {
    List<APIGatewayV2HTTPEvent> requests = new ArrayList<>();
    for (JsonNode request : Json.parse(new String(resource(REQUESTS), UTF_8))) {
      requests.add(request(request));
    }
    return requests;
  }

  private static Map<String, String> headers(JsonNode given) {
    Map<String, String> headers = new HashMap<>();
    given.properties().forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    return headers;
  }

  private static APIGatewayV2HTTPEvent request(JsonNode request) {
    return APIGatewayV2HTTPEvent.builder()
        .withRawPath(request.path("path").asText())
        .withHeaders(headers(request.path("headers")))
        .withBody(request.has("body") ? Json.write(request.path("body")) : null)
        .withRequestContext(
            APIGatewayV2HTTPEvent.RequestContext.builder()
                .withHttp(
                    APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                        .withMethod(request.path("method").asText())
                        .build())
                .build())
        .build();
  }
}
