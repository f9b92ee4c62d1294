package dev.peras.budgetsweep;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.peras.app.Deadline;
import dev.peras.app.Services;
import dev.peras.http.Metrics;
import dev.peras.store.Sweep;
import dev.peras.store.SweepResult;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Background maintenance: ends idle sessions and re-evaluates months at risk.
 *
 * <p>A schedule invokes it. The content of its event is ignored, and overlapping or repeated runs
 * do no harm.
 */
@Named("budget-sweep")
public class BudgetSweepFunction
    implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  private static final System.Logger LOG = System.getLogger(BudgetSweepFunction.class.getName());

  private final Metrics metrics;
  private final Sweep sweep;
  private final ToIntFunction<BooleanSupplier> unpriced;
  private final LongSupplier nanoTime;
  private final Consumer<Map<String, Object>> report;

  @Inject
  public BudgetSweepFunction(Services peras) {
    this(
        peras.sweep(),
        hasTime -> peras.store().unpriced().settle(hasTime),
        System::nanoTime,
        BudgetSweepFunction::log,
        peras.metrics());
  }

  BudgetSweepFunction(
      Sweep sweep, LongSupplier nanoTime, Consumer<Map<String, Object>> report, Metrics metrics) {
    this(sweep, hasTime -> 0, nanoTime, report, metrics);
  }

  /**
   * A sweep with other ends.
   *
   * @param report receives what each sweep did
   */
  BudgetSweepFunction(
      Sweep sweep,
      ToIntFunction<BooleanSupplier> unpriced,
      LongSupplier nanoTime,
      Consumer<Map<String, Object>> report,
      Metrics metrics) {
    this.metrics = metrics;
    this.sweep = sweep;
    this.unpriced = unpriced;
    this.nanoTime = nanoTime;
    this.report = report;
  }

  @Override
  public Map<String, Object> handleRequest(
      @Nullable Map<String, Object> event, @Nullable Context context) {
    Deadline deadline = Deadline.within(context, nanoTime);
    SweepResult result = sweep.run(deadline);
    metrics.count("Settled", unpriced.applyAsInt(deadline));
    report.accept(shown(result));
    count(result);
    return shown(result);
  }

  private void count(SweepResult result) {
    metrics.count("SweepScanned", result.scanned());
    metrics.count("SweepAtRisk", result.atRisk());
    metrics.count("SweepClosed", result.sessionsClosed());
    metrics.count("SweepHealed", result.healed());
    metrics.count("SweepFailed", result.failed());
    metrics.count("SweepSucceeded", result.failed() == 0 ? 1 : 0);
    metrics.flush();
  }

  private static Map<String, Object> shown(SweepResult result) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("scanned", result.scanned());
    shown.put("at_risk", result.atRisk());
    shown.put("capped", result.capped());
    shown.put("sessions_closed", result.sessionsClosed());
    shown.put("healed", result.healed());
    shown.put("failed", result.failed());
    shown.put("duration_ms", result.duration().toMillis());
    shown.put("finished", result.finished());
    return shown;
  }

  /** One line for a sweep; each entry that failed has a line of its own. */
  private static void log(Map<String, Object> result) {
    LOG.log(System.Logger.Level.INFO, "Swept: {0}", result);
  }
}
