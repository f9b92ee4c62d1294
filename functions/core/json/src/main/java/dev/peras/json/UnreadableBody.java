package dev.peras.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request's body can't be read at all, so that its fields are unknown. A readable
 * body that breaks a rule is an {@link InvalidRequest} instead.
 */
public final class UnreadableBody extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient List<Fault> faults;

  private UnreadableBody(
      int status, String code, String detail, List<Fault> faults, @Nullable Throwable cause) {
    super(detail, cause);
    this.status = status;
    this.code = code;
    this.faults = List.copyOf(faults);
  }

  static UnreadableBody because(String detail, @Nullable Throwable cause) {
    return new UnreadableBody(400, "invalid_request", detail, List.of(), cause);
  }

  static UnreadableBody because(String detail, Fault fault, @Nullable Throwable cause) {
    return new UnreadableBody(400, "invalid_request", detail, List.of(fault), cause);
  }

  static UnreadableBody tooLarge(int maxBytes) {
    String detail = "The body is larger than %,d bytes.".formatted(maxBytes);
    return new UnreadableBody(413, "body_too_large", detail, List.of(), null);
  }

  public Problem problem() {
    return new Problem(status, code, String.valueOf(getMessage()), faults, null);
  }
}
