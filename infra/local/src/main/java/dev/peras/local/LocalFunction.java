package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import dev.peras.app.Services;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One function: its handler class, made with a {@link Services} as the deployed one is.
 *
 * <p>Unlike on AWS, where an instance serves one request at a time, this one serves several; the
 * rest wait in line. More at once would not be faster, since a laptop has a few cores and one
 * database, but would meet each other more often and have to try again.
 */
final class LocalFunction {
  private static final int AT_ONCE = 16;

  /** The most bytes of an answer as JSON: Lambda's 6 MB and what it allows on top. */
  private static final int MAX_ANSWER = 6_291_556;

  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final Template.Function function;
  private final RequestHandler<Object, @Nullable Object> handler;
  private final Class<?> inputType;

  LocalFunction(
      Template.Function function,
      RequestHandler<Object, @Nullable Object> handler,
      Class<?> inputType) {
    this.function = function;
    this.handler = handler;
    this.inputType = inputType;
  }

  static LocalFunction load(Template.Function function, Services peras) {
    try {
      Class<?> type = Class.forName(function.className());
      @SuppressWarnings("unchecked") // the input type is read from the class and honoured below
      var handler =
          (RequestHandler<Object, @Nullable Object>)
              type.getConstructor(Services.class).newInstance(peras);
      return new LocalFunction(function, handler, inputType(type));
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new CannotStartException(
          "%s of template.yaml needs a class %s with a public constructor that takes Peras (%s)."
              .formatted(function.name(), function.className(), e),
          e);
    }
  }

  String name() {
    return function.name();
  }

  /**
   * Calls the handler with an event of its input type, within the time and with the room for its
   * answer that Lambda gives.
   */
  @Nullable Object invoke(Object event) throws Problem {
    places.acquireUninterruptibly();
    var call =
        new FutureTask<@Nullable Object>(() -> {
          try {
            return handler.handleRequest(event, new LocalContext(name(), function.timeout()));
          } finally {
            places.release();
          }
        });
    Thread thread = Thread.ofVirtual().start(call);
    try {
      Object answer = call.get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
      if (answer instanceof APIGatewayV2HTTPResponse response) {
        requireRoom(response);
      }
      return answer;
    } catch (TimeoutException e) {
      thread.interrupt();
      throw failed("took longer than its %d s".formatted(function.timeout().toSeconds()));
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw failed("was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
  }

  private void requireRoom(APIGatewayV2HTTPResponse response) throws Problem {
    // What is this short fits even if every byte were escaped.
    if (response.getBody() == null || response.getBody().length() < MAX_ANSWER / 6) {
      return;
    }
    int bytes = json(response).size();
    if (bytes > MAX_ANSWER) {
      throw failed("answered %,d bytes, and Lambda takes %,d".formatted(bytes, MAX_ANSWER));
    }
  }

  /** API Gateway answers 500 whenever a function fails. */
  private Problem failed(String how) {
    return new Problem(500, "Internal error", "internal_error", name() + " " + how + ".");
  }

  /** Calls the handler with a JSON event, as {@code sam local invoke} does. */
  String invokeJson(String event) throws Problem {
    Object input;
    try {
      input = serializer(inputType).fromJson(event);
    } catch (RuntimeException e) {
      throw new Problem(
          400,
          "Bad event",
          "bad_event",
          "The body is not a JSON event that %s takes (%s).".formatted(name(), reason(e)));
    }
    Object result = invoke(input);
    if (result == null) {
      return "null";
    }
    return json(result).toString(UTF_8);
  }

  private static ByteArrayOutputStream json(Object result) {
    @SuppressWarnings("unchecked")
    var serializer = (PojoSerializer<Object>) serializer(result.getClass());
    var json = new ByteArrayOutputStream();
    serializer.toJson(result, json);
    return json;
  }

  private static PojoSerializer<?> serializer(Class<?> type) {
    return LambdaEventSerializers.isLambdaSupportedEvent(type.getName())
        ? LambdaEventSerializers.serializerFor(type, LocalFunction.class.getClassLoader())
        : JacksonFactory.getInstance().getSerializer(type);
  }

  private static Class<?> inputType(Class<?> handler) {
    for (Class<?> at = handler; at != null; at = at.getSuperclass()) {
      for (Type type : at.getGenericInterfaces()) {
        if (type instanceof ParameterizedType t && t.getRawType() == RequestHandler.class) {
          Type input = t.getActualTypeArguments()[0];
          return (Class<?>) (input instanceof ParameterizedType p ? p.getRawType() : input);
        }
      }
    }
    throw new ClassCastException(handler.getName() + " is no RequestHandler");
  }

  private static String reason(Throwable e) {
    String message =
        String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    return message.lines().findFirst().orElse("");
  }
}
