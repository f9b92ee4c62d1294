package dev.peras.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The context of each log line of an invocation: the trace, and the ids in the path. Never a body.
 */
public final class LogContext implements AutoCloseable {
  /** Where Lambda's runtime keeps the trace of the present invocation. */
  private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";

  private final List<String> names = new ArrayList<>();

  private LogContext() {}

  public static LogContext ofInvocation() {
    LogContext context = new LogContext();
    context.put("trace_id", System.getProperty(TRACE_PROPERTY));
    return context;
  }

  public void put(Map<String, String> parameters) {
    parameters.forEach(this::put);
  }

  private void put(String name, @Nullable String value) {
    if (value != null) {
      MDC.put(name, value);
      names.add(name);
    }
  }

  @Override
  public void close() {
    names.forEach(MDC::remove);
  }
}
