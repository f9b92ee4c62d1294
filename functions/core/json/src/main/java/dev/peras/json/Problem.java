package dev.peras.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
 * @param limit the limit that refused; null where none did
 */
public record Problem(
    int status,
    String code,
    String detail,
    List<Fault> faults,
    Reason.@Nullable LimitReached limit) {

  public static final String CONTENT_TYPE = "application/problem+json";

  /** More would not help, and a hostile body could produce a very long list. */
  private static final int MAX_FAULTS = 20;

  private static final int MAX_TEXT = 500;

  public static Problem of(Refusal refusal) {
    RefusalWording why = RefusalWording.of(refusal.reason());
    List<Fault> faults = new ArrayList<>(1);
    refusal.events().forEach((event, reason) -> faults.add(fault(event, reason)));
    if (faults.isEmpty() && why.field() != null) {
      faults.add(fault(null, refusal.reason()));
    }
    Reason.LimitReached limit =
        refusal.reason() instanceof Reason.LimitReached reached ? reached : null;
    return new Problem(why.status(), why.code(), why.detail(), faults, limit);
  }

  private static Fault fault(@Nullable Integer event, Reason reason) {
    RefusalWording wording = RefusalWording.of(reason);
    return new Fault(event, wording.field() == null ? "" : wording.field(), wording.message());
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

  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("type", "about:blank");
    json.put("title", title(status));
    json.put("status", status);
    json.put("code", code);
    json.put("detail", printable(detail));
    if (!faults.isEmpty()) {
      ArrayNode errors = json.putArray("errors");
      for (Fault fault : faults.subList(0, Math.min(MAX_FAULTS, faults.size()))) {
        errors
            .addObject()
            .put("field", printable(fault.path()))
            .put("message", printable(fault.message()));
      }
    }
    if (limit != null) {
      putLimit(json, limit);
    }
    return json;
  }

  private static void putLimit(ObjectNode json, Reason.LimitReached limit) {
    Reason.LimitFigures figures = limit.figures();
    String name =
        switch (limit) {
          case Reason.SessionBudgetReached it -> {
            json.put("level", "session");
            yield "budget";
          }
          case Reason.CustomerCapReached it -> {
            json.put("level", "customer");
            yield "cap";
          }
        };
    json.set("spent", Json.money(figures.spent()));
    Json.putHeld(json, figures.held());
    json.set(name, Json.money(figures.limit()));
    json.set("remaining", Json.money(figures.remaining()));
    json.set("requested", Json.money(figures.requested()));
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
