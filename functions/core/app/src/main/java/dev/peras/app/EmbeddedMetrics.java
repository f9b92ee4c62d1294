package dev.peras.app;

import dev.peras.engine.money.Usd;
import dev.peras.http.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import software.amazon.lambda.powertools.metrics.MetricsFactory;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * Writes metrics to the function's log in CloudWatch's embedded metric format, one line for an
 * invocation that has any. No call is made, and an idle function costs nothing.
 */
final class EmbeddedMetrics implements Metrics {
  static final String NAMESPACE = "Peras";

  private static final String COST = "CostUsd";

  private final Map<String, DoubleAdder> sums = new ConcurrentHashMap<>();

  @Override
  public void count(String name, long by) {
    if (by != 0) {
      add(name, (double) by);
    }
  }

  /** CloudWatch keeps binary fractions; the exact sum is in the table. */
  @Override
  public void cost(Usd cost) {
    if (!cost.isZero()) {
      add(COST, cost.value().doubleValue());
    }
  }

  private void add(String name, double by) {
    sums.computeIfAbsent(name, unused -> new DoubleAdder()).add(by);
  }

  @Override
  public void flush() {
    if (sums.isEmpty()) {
      return;
    }
    var metrics = MetricsFactory.getMetricsInstance();
    metrics.setNamespace(NAMESPACE);
    sums.forEach((name, sum) ->
        metrics.addMetric(
            name, sum.sumThenReset(), name.equals(COST) ? MetricUnit.NONE : MetricUnit.COUNT));
    sums.clear();
    metrics.flush();
  }
}
