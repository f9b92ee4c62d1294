package dev.peras.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.engine.Hash;
import dev.peras.store.StartRequest;
import io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Does what a function is slow at the first time, before Lambda takes the snapshot of its process,
 * so that no request waits for it. Whatever of it fails is logged and left: the function starts all
 * the same.
 *
 * <p>It writes nothing. A made-up request runs on a {@link PracticeDatabase}, with services that
 * are thrown away, so that what they keep in memory does not get into the snapshot either.
 */
@Singleton
public class Priming implements Resource {
  /** A request that the function answers: method, path and body, in the function's own zip. */
  private static final String REQUEST = "/priming.json";

  /** What no route takes: it shows the way in and out, and touches nothing. */
  private static final String UNROUTED =
      "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}";

  private static final String SESSION = "priming";

  /** Nobody waits meanwhile, and Lambda gives a start under SnapStart more than two minutes. */
  private static final Duration LONGEST_READ = Duration.ofSeconds(20);

  private static final System.Logger LOG = System.getLogger(Priming.class.getName());

  private final Instance<Peras> peras;
  private final Instance<DynamoDbClient> client;
  private final Instance<RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>> handler;

  @Inject
  public Priming(
      Instance<Peras> peras,
      Instance<DynamoDbClient> client,
      Instance<RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>> handler) {
    this.peras = peras;
    this.client = client;
    this.handler = handler;
  }

  /**
   * Has Lambda call this before its snapshot. This object must last, for Lambda holds it weakly.
   */
  void register(@Observes @Initialized(ApplicationScoped.class) Object started) {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    prime("the database", this::read);
    if (handler.isResolvable()) { // a function of the API
      prime("the way in and out", Priming::passThrough);
      prime("a request", this::practise);
    }
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

  /** Looks for an item that is never there: finds address and credentials, and sets up TLS. */
  private void read() {
    AttributeValue nowhere = AttributeValue.fromS("PRIMING");
    Map<String, AttributeValue> key = Map.of("pk", nowhere, "sk", nowhere);
    client
        .get()
        .getItem(r ->
            r.tableName(peras.get().settings().table())
                .key(key)
                .overrideConfiguration(c -> c.apiCallTimeout(LONGEST_READ)));
  }

  private static void passThrough() throws IOException {
    InputStream event = new ByteArrayInputStream(UNROUTED.getBytes(UTF_8));
    new QuarkusStreamHandler().handleRequest(event, OutputStream.nullOutputStream(), null);
  }

  private void practise() throws IOException, ReflectiveOperationException {
    APIGatewayV2HTTPEvent event = request();
    try (DynamoDbClient database = PracticeDatabase.client()) {
      Peras own = Peras.create(database, peras.get().settings(), peras.get().clock(), Metrics.NONE);
      own.sessions()
          .start(
              new StartRequest(
                  SESSION, SESSION, null, null, null, null, Map.of(), Hash.of(SESSION)));
      @SuppressWarnings("unchecked") // another of what was injected
      var practising =
          (RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>)
              handler.get().getClass().getConstructor(Peras.class).newInstance(own);
      practising.handleRequest(event, null);
    }
  }

  private static APIGatewayV2HTTPEvent request() throws IOException {
    try (InputStream json = Priming.class.getResourceAsStream(REQUEST)) {
      if (json == null) {
        throw new IOException("there is no " + REQUEST);
      }
      JsonNode request = Json.parseObject(new String(json.readAllBytes(), UTF_8));
      return APIGatewayV2HTTPEvent.builder()
          .withRawPath(request.path("path").asText())
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
}
