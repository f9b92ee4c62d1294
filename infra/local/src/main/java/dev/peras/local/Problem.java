package dev.peras.local;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Serial;

/** An answer of the runner's own that is not a success, as problem details (RFC 9457). */
final class Problem extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private static final JsonMapper JSON = new JsonMapper();

  private final int status;
  private final String title;
  private final String code;

  Problem(int status, String title, String code, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.code = code;
  }

  Reply reply() {
    String body =
        JSON.createObjectNode()
            .put("status", status)
            .put("title", title)
            .put("detail", getMessage())
            .put("code", code)
            .toString();
    return Reply.of(status, "application/problem+json", body);
  }
}
