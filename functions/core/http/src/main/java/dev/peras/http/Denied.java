package dev.peras.http;

import dev.peras.json.Problem;
import java.util.List;

/**
 * Thrown when a caller may not do what it asks, or should not learn whether there is such a thing.
 */
public final class Denied extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  private Denied(int status, String code, String detail) {
    super(detail);
    this.problem = new Problem(status, code, detail, List.of(), null);
  }

  /** Nobody knows who asks. */
  public static Denied unauthenticated(String detail) {
    return new Denied(401, "unauthenticated", detail);
  }

  /** It is known who asks, and that is not enough. */
  public static Denied forbidden(String detail) {
    return new Denied(403, "forbidden", detail);
  }

  /** There is no such thing, as far as the caller may know. */
  public static Denied notFound(String code, String detail) {
    return new Denied(404, code, detail);
  }

  public Problem problem() {
    return problem;
  }
}
