package dev.peras.http;

import org.jspecify.annotations.Nullable;

/**
 * Who makes a call, as far as it matters.
 *
 * @param customerId the only customer that the caller may deal with; null for any
 */
public record Caller(@Nullable String customerId) {
  /** Whom API Gateway or the deployment has let in, for all customers. */
  public static final Caller UNBOUND = new Caller(null);

  /**
   * The customer that a request is about.
   *
   * @param named in the request; null where it names none
   * @return null where neither the request nor the caller's binding says
   * @throws Denied when the request names another one than the caller is bound to
   */
  public @Nullable String customer(@Nullable String named) {
    if (customerId == null || named == null) {
      return customerId == null ? named : customerId;
    }
    if (!named.equals(customerId)) {
      throw Denied.notFound("customer_not_found", "There is no customer '%s'.".formatted(named));
    }
    return named;
  }
}
