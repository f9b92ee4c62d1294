package dev.peras.ingestotlp;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.usage.Reading;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model call as telemetry reports it, the same call of several reports being one.
 *
 * @param id what makes it one call: the provider's id of the response, or the span's
 * @param isNamed the id is the provider's
 * @param scope the instrumentation that reported it, and {@code spanId} its span
 * @param inside the spans around it that must not be counted for the same call: those that were in
 *     its request, and the nearest one that another request may bring
 * @param session as the sender names it; null where nobody says
 * @param customer as the sender names it; null where nobody says
 * @param reading null for a call whose usage nobody reports
 * @param estimated its counts are the sender's guess
 * @param cost what the sender thinks that it cost; null where it does not say
 * @param agent which of several agents made it; null where nobody says
 * @param tools what it had tools do
 * @param label what a problem calls the span or log record it came in
 */
record ReportedCall(
    String id,
    boolean isNamed,
    String scope,
    String traceId,
    String spanId,
    List<String> inside,
    @Nullable String session,
    @Nullable String customer,
    @Nullable String model,
    @Nullable Reading reading,
    @Nullable Instant at,
    boolean estimated,
    @Nullable Usd cost,
    @Nullable String agent,
    Tools tools,
    String label) {

  /**
   * What tools did for a call.
   *
   * @param action tells the same names and arguments from others; null where no tool ran
   * @param result tells the same results from others; null where none is known
   */
  record Tools(int calls, @Nullable Hash action, @Nullable Hash result) {
    static final Tools NONE = new Tools(0, null, null);
  }

  /**
   * What could not be counted.
   *
   * @param message without anything that was said in it
   */
  record Rejected(String label, String message) {}

  /** What a request comes to. */
  record Reduced(List<ReportedCall> calls, List<Rejected> rejected) {}
}
