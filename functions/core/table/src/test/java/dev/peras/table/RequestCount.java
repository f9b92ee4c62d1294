package dev.peras.table;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Counts the requests that go to DynamoDB, retries of the SDK included. */
public final class RequestCount implements ExecutionInterceptor {
  private final AtomicInteger requests = new AtomicInteger();

  public int requests() {
    return requests.get();
  }

  public void reset() {
    requests.set(0);
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    requests.incrementAndGet();
  }
}
