package dev.peras.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outcome of one attempt. */
public sealed interface Outcome {

  /** The receiver answered 2xx: the alert counts as sent. */
  record Delivered(int status) implements Outcome {}

  /** The receiver answered 410: it wants no more of these, ever. */
  record Gone() implements Outcome {}

  /**
   * The receiver will not have this message: it answered 4xx, other than those that ask to come
   * again (408, 425, 429), or the message could not even be posted. Others may well be taken.
   *
   * @param status null where there was no answer
   * @param reason in words of ours: nothing that the receiver sent is in it
   */
  record Refused(@Nullable Integer status, String reason) implements Outcome {}

  /**
   * Anything else: the receiver takes nothing now. It may have arrived all the same.
   *
   * @param status null where there was no answer
   * @param reason our own words, without anything that the receiver sent
   * @param retryAfter the pause that the receiver asks for; null where it asks for none
   */
  record Failed(@Nullable Integer status, String reason, @Nullable Duration retryAfter)
      implements Outcome {}
}
