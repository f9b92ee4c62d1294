package dev.peras.engine;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Unpriced;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Why a request can't be done, with what a message must name. A new reason is one record here and
 * one line at the door, which words all of them in one exhaustive switch.
 */
public sealed interface Reason {

  /** An event of a list can't be counted; others of the list may be sound. */
  sealed interface OfEvent extends Reason {}

  /** A limit has too little left. */
  sealed interface LimitReached extends Reason {
    LimitFigures figures();
  }

  /** The id of an event was used for another one: in this list, or before. */
  sealed interface EventConflict extends OfEvent {
    String eventId();
  }

  /** Nothing is wrong with the request: the same may succeed next time. */
  sealed interface TryAgain extends Reason {}

  /** The id of a hold was used before. */
  sealed interface HoldExists extends Reason {
    String holdId();
  }

  /**
   * What a limit had left when it refused.
   *
   * @param requested null where nothing but the limit's being reached refuses
   */
  record LimitFigures(Usd spent, Usd held, Usd limit, @Nullable Usd requested) {
    /** At least 0. */
    public Usd remaining() {
      return limit.minus(spent).minus(held).max(Usd.ZERO);
    }
  }

  record SessionBudgetReached(String sessionId, LimitFigures figures) implements LimitReached {}

  record CustomerCapReached(String customerId, YearMonth period, LimitFigures figures)
      implements LimitReached {}

  /** A call can't be priced. */
  record NoPrice(Unpriced why) implements OfEvent {}

  /**
   * A sender's clock is ahead.
   *
   * @param tolerance how far ahead it may be
   */
  record OccurredAtInFuture(Instant occurredAt, Instant receivedAt, Duration tolerance)
      implements OfEvent {}

  /** One list has two events of one id. */
  record EventSentTwice(String eventId) implements EventConflict {}

  record EventRecordedBefore(String eventId) implements EventConflict {}

  /** A list of events touches more months than one transaction can. */
  record TooManyMonths() implements Reason {}

  record SessionNotFound(String sessionId) implements Reason {}

  record SessionExists(String sessionId) implements Reason {}

  record SessionEnded(String sessionId) implements Reason {}

  /**
   * A session takes no more usage.
   *
   * @param lateWindow how long it did after its end
   */
  record SessionClosed(String sessionId, Instant since, Duration lateWindow) implements Reason {}

  /** Another request was granted a hold of this id. */
  record HoldGranted(String holdId) implements HoldExists {}

  /** A hold was released or settled before it was asked for. */
  record HoldOver(String holdId) implements HoldExists {}

  record TooManyHolds(String sessionId, int most) implements Reason {}

  record TopUpExists(String topUpId) implements Reason {}

  record PriceNotFound(String model) implements Reason {}

  record WebhookNotFound(String endpointId) implements Reason {}

  record TooManyWebhooks(int most) implements Reason {}

  record AlertNotFound(String alertId) implements Reason {}

  /** Where a list should go on is no place in it. */
  record UnknownCursor() implements Reason {}

  /** Others kept changing the same state. */
  record ConcurrentUpdates() implements TryAgain {}

  /** The table did not answer in time. */
  record TableUnreachable() implements TryAgain {}
}
