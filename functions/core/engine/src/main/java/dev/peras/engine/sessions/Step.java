package dev.peras.engine.sessions;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Charge;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.ModelCall;
import dev.peras.engine.usage.Tokens;
import java.time.YearMonth;
import java.util.Map;
import java.util.Objects;

/**
 * A usage event as it was counted: an entry of the ledger that never changes again.
 *
 * @param number its place in the session, from 1, in order of arrival
 * @param call with its model filled in
 * @param fingerprint of the event as sent
 */
public record Step(
    String eventId,
    long number,
    ModelCall call,
    Activity activity,
    Charge charge,
    Booking booking,
    Map<String, String> tags,
    Hash fingerprint) {

  public Step {
    Objects.requireNonNull(call.model(), "a step names its model");
    tags = Map.copyOf(tags);
  }

  public String model() {
    return Objects.requireNonNull(call.model());
  }

  public Tokens tokens() {
    return call.tokens();
  }

  public Usd cost() {
    return charge.cost();
  }

  public YearMonth period() {
    return booking.period();
  }
}
