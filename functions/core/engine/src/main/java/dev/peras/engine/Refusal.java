package dev.peras.engine;

import dev.peras.engine.money.Usd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request is refused. Nothing has changed then, and the message is for the person who
 * sent the request.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The reason as a code that programs can rely on; in the API it is lower case. */
  public enum Code {
    INVALID_REQUEST,
    UNKNOWN_MODEL,
    UNPRICED_MODALITY,
    UNPRICED_TIER,
    UNPRICED_FEE,
    OCCURRED_AT_IN_FUTURE,
    SESSION_NOT_FOUND,
    SESSION_EXISTS,
    SESSION_CLOSED,
    SESSION_ENDED,
    EVENT_CONFLICT,
    PRICE_NOT_FOUND,
    HOLD_EXISTS,
    TOO_MANY_HOLDS,
    TOP_UP_EXISTS,
    WEBHOOK_NOT_FOUND,
    TOO_MANY_WEBHOOKS,
    ALERT_NOT_FOUND,
    SESSION_BUDGET_REACHED,
    CUSTOMER_CAP_REACHED,
    TRY_AGAIN
  }

  /**
   * One fault in a request.
   *
   * @param event the index of the event in its request; null where the request is at fault
   * @param field the name in the API
   */
  public record Fault(@Nullable Integer event, String field, String message) {
    public static Fault of(String field, String message) {
      return new Fault(null, field, message);
    }
  }

  /**
   * What a limit had left when it refused.
   *
   * @param level "session" or "customer"
   */
  public record Limit(
      String level, Usd spent, Usd held, Usd limit, Usd remaining, @Nullable Usd requested) {}

  private final Code code;
  private final transient List<Fault> faults;
  private final transient @Nullable Limit limit;

  private Refusal(Code code, String detail, List<Fault> faults, @Nullable Limit limit) {
    super(detail);
    this.code = code;
    this.faults = List.copyOf(faults);
    this.limit = limit;
  }

  public static Refusal of(Code code, String detail) {
    return new Refusal(code, detail, List.of(), null);
  }

  public static Refusal of(Code code, String detail, List<Fault> faults) {
    return new Refusal(code, detail, faults, null);
  }

  /** One fault, which also is the detail. */
  public static Refusal of(Code code, Fault fault) {
    return new Refusal(code, fault.field() + " " + fault.message(), List.of(fault), null);
  }

  public static Refusal byLimit(Code code, String detail, Limit limit) {
    return new Refusal(code, detail, List.of(), limit);
  }

  public Code code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public List<Fault> faults() {
    return faults;
  }

  public @Nullable Limit limit() {
    return limit;
  }
}
