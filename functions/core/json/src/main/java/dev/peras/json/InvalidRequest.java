package dev.peras.json;

import java.util.List;

/** Thrown when fields, parameters or ids of a request break rules: before anything is done. */
public final class InvalidRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  private InvalidRequest(String detail, List<Fault> faults) {
    super(detail);
    this.faults = List.copyOf(faults);
  }

  /** One fault, or several of which the first is the detail. */
  public static InvalidRequest because(List<Fault> faults) {
    Fault first = faults.getFirst();
    String more = faults.size() == 1 ? "" : " (and %d more)".formatted(faults.size() - 1);
    return new InvalidRequest(first.path() + " " + first.message() + more, faults);
  }

  public static InvalidRequest because(String field, String message) {
    return because(List.of(Fault.of(field, message)));
  }

  public List<Fault> faults() {
    return faults;
  }

  public Problem problem() {
    return new Problem(422, "invalid_request", String.valueOf(getMessage()), faults, null);
  }
}
