package dev.peras.ingestotlp;

import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.UsageEvent;
import dev.peras.usage.Reading;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reported calls as usage events. */
final class Events {
  private Events() {}

  static UsageEvent of(
      String eventId, ReportedCall call, @Nullable Usd cost, Map<String, String> tags) {
    Reading reading = call.reading();
    String model = call.model() == null ? Recorder.UNNAMED_MODEL : call.model();
    CallTraits traits = reading == null ? null : reading.traits();
    return new UsageEvent(
        eventId,
        new ModelCall(
            model,
            reading == null ? List.of() : reading.prompts(),
            reading == null ? List.of() : reading.fees(),
            traits == null ? CallTraits.PLAIN : traits),
        new Activity(
            call.agent(), call.tools().calls(), null, call.tools().action(), call.tools().result()),
        cost,
        call.at(),
        null,
        tags);
  }
}
