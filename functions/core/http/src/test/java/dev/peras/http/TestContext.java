package dev.peras.http;

import com.amazonaws.services.lambda.runtime.Context;
import java.lang.reflect.Proxy;

/** Stands for Lambda's context, of which handlers look at the time left alone. */
public final class TestContext {
  public static final Context NONE =
      (Context)
          Proxy.newProxyInstance(
              Context.class.getClassLoader(),
              new Class<?>[] {Context.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("getRemainingTimeInMillis")) {
                  return 0;
                }
                throw new UnsupportedOperationException(method.getName());
              });

  private TestContext() {}

  /** One that says how many milliseconds are left, whatever it is asked. */
  public static Context withRemaining(int millis) {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> millis);
  }
}
