package dev.peras.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.Refusal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error answer: {@code application/problem+json} as in RFC 9457. The API's statuses are decided
 * here and nowhere else.
 *
 * <ul>
 *   <li>400: the body is not JSON, or not an object: its fields are unknown. A field named twice
 *       counts as such, since no two readers agree what it says.
 *   <li>413: the body is too large to be read. 415: its content type is not supported.
 *   <li>422: it is readable, but a field, a parameter or an id breaks a rule.
 *   <li>401, 403: the caller is unknown, or is not allowed to do this.
 *   <li>404, 405: no such path, or not with this method; 404 also for what should be there.
 *   <li>402: a limit is reached. 409: it contradicts what is there. 410: too late.
 *   <li>503: nothing is wrong with the request; it is safe to retry.
 * </ul>
 *
 * @param code a word that programs can rely on
 * @param detail for the person who sent the request
 * @param limit what a limit had left; null where none refused
 */
public record Problem(
    int status,
    String code,
    String detail,
    List<Refusal.Fault> faults,
    Refusal.@Nullable Limit limit) {

  public static final String CONTENT_TYPE = "application/problem+json";

  /** More would not help, and a hostile body could produce a very long list. */
  private static final int MAX_FAULTS = 20;

  private static final int MAX_TEXT = 500;

  public static Problem of(Refusal refusal) {
    return new Problem(
        status(refusal.code()),
        refusal.code().name().toLowerCase(Locale.ROOT),
        refusal.detail(),
        refusal.faults(),
        refusal.limit());
  }

  public static Problem notFound(String path) {
    return plain(404, "not_found", "There is nothing at " + path + ".");
  }

  public static Problem methodNotAllowed(String method, String path, Collection<String> allowed) {
    return plain(
        405,
        "method_not_allowed",
        "%s is not a method of %s; try %s.".formatted(method, path, String.join(", ", allowed)));
  }

  public static Problem internalError() {
    return plain(500, "internal_error", "Internal error. The log has the details.");
  }

  private static Problem plain(int status, String code, String detail) {
    return new Problem(status, code, detail, List.of(), null);
  }

  private static int status(Refusal.Code code) {
    return switch (code) {
      case INVALID_REQUEST,
          UNKNOWN_MODEL,
          UNPRICED_MODALITY,
          UNPRICED_TIER,
          UNPRICED_FEE,
          OCCURRED_AT_IN_FUTURE ->
          422;
      case SESSION_NOT_FOUND, PRICE_NOT_FOUND, WEBHOOK_NOT_FOUND, ALERT_NOT_FOUND -> 404;
      case SESSION_EXISTS,
          SESSION_ENDED,
          EVENT_CONFLICT,
          HOLD_EXISTS,
          TOO_MANY_HOLDS,
          TOP_UP_EXISTS,
          TOO_MANY_WEBHOOKS ->
          409;
      case SESSION_CLOSED -> 410;
      case SESSION_BUDGET_REACHED, CUSTOMER_CAP_REACHED -> 402;
      case TRY_AGAIN -> 503;
    };
  }

  /** The status's own phrase, as RFC 9457 has it for problems of type {@code about:blank}. */
  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 402 -> "Payment Required";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 410 -> "Gone";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 422 -> "Unprocessable Content";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  /** What a fault is about: {@code input_tokens}, in a batch {@code events[3].input_tokens}. */
  static String path(Refusal.Fault fault) {
    if (fault.event() == null) {
      return fault.field();
    }
    String event = "events[" + fault.event() + "]";
    return fault.field().isEmpty() ? event : event + "." + fault.field();
  }

  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("type", "about:blank");
    json.put("title", title(status));
    json.put("status", status);
    json.put("code", code);
    json.put("detail", printable(detail));
    if (!faults.isEmpty()) {
      ArrayNode errors = json.putArray("errors");
      for (Refusal.Fault fault : faults.subList(0, Math.min(MAX_FAULTS, faults.size()))) {
        errors
            .addObject()
            .put("field", printable(path(fault)))
            .put("message", printable(fault.message()));
      }
    }
    if (limit != null) {
      json.put("level", limit.level());
      json.set("spent", Json.money(limit.spent()));
      Json.putHeld(json, limit.held());
      json.set(limit.level().equals("session") ? "budget" : "cap", Json.money(limit.limit()));
      json.set("remaining", Json.money(limit.remaining()));
      json.set("requested", Json.money(limit.requested()));
    }
    return json;
  }

  /** Without characters that no encoder takes, such as half surrogate pairs. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_TEXT));
    text.codePoints()
        .limit(MAX_TEXT)
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
