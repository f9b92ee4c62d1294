package dev.peras.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.json.Body;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Problem;
import dev.peras.json.UnreadableBody;
import dev.peras.table.TimeLimit;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns events of an API Gateway HTTP API (payload 2.0) into calls, and their results into
 * responses. Thread-safe.
 *
 * <p>The base class of every function of the API, so that all of them route, refuse and fail alike.
 */
public abstract class HttpFunction
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private static final System.Logger LOG = System.getLogger(HttpFunction.class.getName());

  /** Callers are answered within 12 seconds, whatever the database does. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(11);

  private static final Duration RESERVE = Duration.ofMillis(1_500);

  private final Metrics metrics;
  private final Gatekeeper door;

  /**
   * A function that answers some calls.
   *
   * @param metrics are written after each call
   * @param door who may make which call
   */
  protected HttpFunction(Metrics metrics, Gatekeeper door) {
    this.metrics = metrics;
    this.door = door;
  }

  /** How to answer the calls that are routed to this function. */
  protected abstract Map<Call, Handler> handlers();

  @Override
  public APIGatewayV2HTTPResponse handleRequest(
      APIGatewayV2HTTPEvent event, @Nullable Context context) {
    return TimeLimit.within(timeFor(context), System::nanoTime, () -> handle(event));
  }

  /** All the time there is, less what it takes to answer that it was not enough. */
  private static Duration timeFor(@Nullable Context context) {
    int given = context == null ? 0 : context.getRemainingTimeInMillis();
    if (given <= 0) {
      return LONGEST_ANSWER; // Servers that only imitate Lambda do not say.
    }
    Duration left = Duration.ofMillis(given).minus(RESERVE);
    Duration least = Duration.ofMillis(given).dividedBy(2);
    Duration most = left.compareTo(least) < 0 ? least : left;
    return most.compareTo(LONGEST_ANSWER) < 0 ? most : LONGEST_ANSWER;
  }

  private APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) {
    try (LogContext context = LogContext.ofInvocation()) {
      return routed(event, context);
    } catch (Refusal refusal) {
      metrics.count("Refusals", 1);
      Problem problem = Problem.of(refusal);
      boolean isTransient = refusal.reason() instanceof Reason.TryAgain;
      return problem(problem, isTransient ? Map.of("retry-after", "1") : Map.of());
    } catch (InvalidRequest invalid) {
      metrics.count("Refusals", 1);
      return problem(invalid.problem(), Map.of());
    } catch (Denied denied) {
      metrics.count("Denials", 1);
      boolean isUnknown = denied.problem().status() == 401;
      return problem(denied.problem(), isUnknown ? Map.of("www-authenticate", "Bearer") : Map.of());
    } catch (UnreadableBody body) {
      return problem(body.problem(), Map.of());
    } catch (RuntimeException fault) {
      LOG.log(System.Logger.Level.ERROR, "A call failed: " + describe(event), fault);
      return problem(Problem.internalError(), Map.of());
    } finally {
      metrics.flush();
    }
  }

  private APIGatewayV2HTTPResponse routed(APIGatewayV2HTTPEvent event, LogContext context) {
    String method = event.getRequestContext().getHttp().getMethod();
    List<String> segments = segments(event.getRawPath());
    TreeSet<String> allowed = new TreeSet<>();
    for (Call call : Call.values()) {
      Map<String, String> parameters = call.match(segments);
      if (parameters != null && call.method().equals(method)) {
        Map<String, String> headers = headers(event);
        Caller caller = door.admit(call, parameters, credentials(event, headers));
        context.put(parameters);
        return response(handler(call).handle(request(event, parameters, headers, caller)));
      }
      if (parameters != null) {
        allowed.add(call.method());
      }
    }
    String path = event.getRawPath();
    return allowed.isEmpty()
        ? problem(Problem.notFound(path), Map.of())
        : problem(
            Problem.methodNotAllowed(method, path, allowed),
            Map.of("allow", String.join(", ", allowed)));
  }

  private Handler handler(Call call) {
    Handler handler = handlers().get(call);
    if (handler == null) {
      throw new IllegalStateException(call + " is routed to a function that does not answer it");
    }
    return handler;
  }

  private static Request request(
      APIGatewayV2HTTPEvent event,
      Map<String, String> parameters,
      Map<String, String> headers,
      Caller caller) {
    Map<String, String> query = event.getQueryStringParameters();
    return new Request(
        caller,
        parameters,
        query == null ? Map.of() : query,
        headers,
        new Body(event.getBody(), event.getIsBase64Encoded()));
  }

  /** What API Gateway says of the caller, and what the caller says by itself. */
  private static Credentials credentials(APIGatewayV2HTTPEvent event, Map<String, String> headers) {
    var authorizer = event.getRequestContext().getAuthorizer();
    var token = authorizer == null ? null : authorizer.getJwt();
    Map<String, String> claims = new TreeMap<>();
    Set<String> scopes = new TreeSet<>();
    if (token != null) {
      if (token.getClaims() != null) {
        claims.putAll(token.getClaims());
      }
      String scope = claims.getOrDefault("scope", "");
      scopes.addAll(Arrays.asList(scope.split(" ", -1)));
      if (token.getScopes() != null) {
        scopes.addAll(token.getScopes());
      }
    }
    return new Credentials(
        headers.get("authorization"),
        headers.get("x-peras-key"),
        token != null || (authorizer != null && authorizer.getIam() != null),
        claims,
        scopes);
  }

  private static Map<String, String> headers(APIGatewayV2HTTPEvent event) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (event.getHeaders() != null) {
      headers.putAll(event.getHeaders());
    }
    return headers;
  }

  private static List<String> segments(String rawPath) {
    return Arrays.stream(rawPath.split("/", -1)).skip(1).map(HttpFunction::decoded).toList();
  }

  /**
   * Without percent-encoding. API Gateway may have decoded the path already, which does no harm,
   * since no valid name has a per cent sign.
   */
  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  private static APIGatewayV2HTTPResponse problem(Problem problem, Map<String, String> headers) {
    return response(Response.problem(problem, headers));
  }

  private static APIGatewayV2HTTPResponse response(Response response) {
    Response.Content content = response.content();
    Map<String, String> headers = new TreeMap<>(response.headers());
    if (content != null) {
      headers.put("content-type", content.type());
    }
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(headers)
        .withBody(content == null ? null : content.encoded())
        .withIsBase64Encoded(content != null && !content.isText())
        .build();
  }

  /** Method and path, never the body: it may hold a prompt. */
  private static String describe(APIGatewayV2HTTPEvent event) {
    return event.getRouteKey() + " " + event.getRawPath();
  }
}
